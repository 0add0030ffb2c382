import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelLike, Site } from '@vitrum/core';

/** A small model of one kind, with all that a suite must know of it. Three classes, inputs of [−1, 1). */
export interface Toy {
  readonly name: string;
  readonly model: ModelLike;
  /** Of one example. */
  readonly inputShape: readonly number[];
  /** A place inside, and the shape of one example there. */
  readonly hidden: { readonly site: Site; readonly shape: readonly number[] };
  /** What the model says by itself, shape [rows, 3]. The caller disposes it. */
  predict(inputs: Tensor): Tensor;
  /** Disposes the model. */
  dispose(): void;
}

export const classes = 3;
