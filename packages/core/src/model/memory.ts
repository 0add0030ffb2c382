import { clone, keep, type Tensor } from '@tensorflow/tfjs-core';

type Memory = Tensor | null | readonly (Tensor | null)[];

/** What a layer of tfjs-layers keeps from one call to the next. */
export interface Remembering {
  readonly stateful?: boolean;
  /** Where a stateful RNN goes on. Bidirectional, though stateful, has none: its two layers do. */
  states?: Memory;
  /** Masks of an RNN's cell, made in its first call for as many rows as that has, in inference too. */
  dropoutMask?: Memory;
  recurrentDropoutMask?: Memory;
}

/**
 * Lets the layers start a pass from copies of what they remember, until the returned function puts their own memory back
 * and frees what the pass left in its place. So a pass changes nothing, and each starts alike.
 */
export function lendMemory(layers: readonly Remembering[]): () => void {
  const putBack: (() => void)[] = [];
  const lend = (layer: Remembering, key: keyof Remembering & keyof Fields, loan: Memory) => {
    const own = layer[key];
    if (own === undefined) return;
    layer[key] = loan;
    putBack.push(() => {
      for (const left of [layer[key]].flat()) left?.dispose();
      layer[key] = own;
    });
  };
  for (const layer of layers) {
    if (layer.stateful && layer.states) lend(layer, 'states', copied(layer.states));
    lend(layer, 'dropoutMask', null);
    lend(layer, 'recurrentDropoutMask', null);
  }
  return () => {
    for (const step of putBack) step();
  };
}

type Fields = Pick<Remembering, 'states' | 'dropoutMask' | 'recurrentDropoutMask'>;

const copied = (states: Memory): Memory => [states].flat().map((state) => state && keep(clone(state)));
