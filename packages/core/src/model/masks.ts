import type { Tensor } from '@tensorflow/tfjs-core';
import { shadow } from './shadow';

type Mask = Tensor | null | undefined | readonly (Tensor | null | undefined)[];

/** A layer of tfjs-layers as its executor asks it for a mask. */
export interface Masking {
  /** Of those that make masks: Masking, and Embedding where it does. */
  readonly maskValue?: number;
  readonly maskZero?: boolean;
  computeMask?(inputs: Tensor | Tensor[], mask?: Tensor | Tensor[]): Mask;
}

/** Calls `found` when one of the layers gives a mask, be it of a class of the user's, until the returned function is called. */
export function watchMasks(layers: readonly Masking[], found: () => void): () => void {
  const undo = layers.flatMap((layer) => {
    const { computeMask } = layer;
    if (!computeMask) return [];
    const watched: typeof computeMask = (inputs, mask) => {
      const made = computeMask.call(layer, inputs, mask);
      if ([made].flat().some((each) => each != null)) found();
      return made;
    };
    return shadow(layer, 'computeMask', watched);
  });
  return () => {
    for (const step of undo) step();
  };
}
