import type { Tensor } from '@tensorflow/tfjs-core';
import type { WeightCache } from '@vitrum/core';

/** Gives transformed weights, kept or made anew. */
export type Weights = Pick<WeightCache, 'of'>;

/** `weights.of` for a transform between tensors of the same rank. */
export function kept<T extends Tensor>(weights: Weights, weight: T, name: string, transform: (weight: T) => T): T {
  // `of` hands on `weight` itself, and gives back what the transform gave.
  return weights.of(weight, name, (w) => transform(w as T)) as T;
}
