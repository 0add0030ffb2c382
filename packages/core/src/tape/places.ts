import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import { zeroGradients } from '../gradients/zero';
import type { Tensors } from './node';

/**
 * An operation in the plan of a whole pass, from the model's inputs on, whether or not it was recorded: how it is
 * connected, without its tensors. So a rule decides the same wherever in the model is attributed.
 */
export interface Place {
  /** TF.js kernel name; `input` for an input of the model. */
  readonly kernel: string;
  readonly attrs: NamedAttrMap;
  /** The layer, node or tap at work, as a site names it; `undefined` where the model does not say. */
  readonly layer?: string;
  /** The kernel's name for each input. */
  readonly names: readonly string[];
  /** Where each input comes from; `undefined` for what no small change of the model's inputs moves: weights, masks. */
  readonly from: readonly (Source | undefined)[];
  /** Of each input, weights included. */
  readonly inputShapes: readonly (readonly number[])[];
  readonly outputShapes: readonly (readonly number[])[];
  /** How many times other operations of the plan take what it makes. */
  readonly uses: number;
}

/** One of the outputs of an operation. */
export interface Source {
  readonly place: Place;
  readonly output: number;
}

/** Draws the plan of a pass while it runs. */
export interface Plan {
  /** `tensor` is an input of the model. */
  enter(tensor: Tensor): void;
  /** Adds an operation; `undefined` if small changes of the model's inputs do not move it: it has no place in the plan. */
  add(operation: Pick<Place, 'kernel' | 'attrs' | 'names'>, inputs: Tensors, outputs: Tensors): Place | undefined;
}

/** @param layer which layer, node or tap is at work */
export function plan(layer: () => string | undefined): Plan {
  const sources = new Map<number, { readonly place: Drawn; readonly output: number }>();
  const draw = (parts: Omit<Place, 'uses' | 'outputShapes'>, outputs: Tensors): Place => {
    const place: Drawn = { ...parts, outputShapes: shapesOf(outputs), uses: 0 };
    for (const [output, { id }] of outputs.entries()) sources.set(id, { place, output });
    return place;
  };
  return {
    enter(tensor) {
      if (!sources.has(tensor.id)) draw({ kernel: 'input', attrs: {}, names: [], from: [], inputShapes: [] }, [tensor]);
    },
    add(operation, inputs, outputs) {
      const from = inputs.map(({ id }) => sources.get(id));
      if (!from.some(Boolean) || Object.hasOwn(zeroGradients, operation.kernel)) return undefined;
      for (const source of from) if (source) source.place.uses++;
      const name = layer();
      const parts = { ...operation, from, inputShapes: shapesOf(inputs), ...(name !== undefined && { layer: name }) };
      return draw(parts, outputs);
    },
  };
}

const shapesOf = (tensors: Tensors) => tensors.map(({ shape }) => shape);

type Drawn = Place & { uses: number };
