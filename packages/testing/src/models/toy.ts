import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelLike, Site } from '@vitrum/core';

/** A small model of one kind, with all that a suite must know of it. Three classes, inputs of [−1, 1). */
export interface Toy {
  readonly name: string;
  readonly model: ModelLike;
  /** Of one example. */
  readonly inputShape: readonly number[];
  readonly hidden: {
    /** A place inside. */
    readonly site: Site & { readonly side: 'output' };
    /** Of one example there. */
    readonly shape: readonly number[];
    /** One element of an example there. */
    readonly index: readonly number[];
    /** What passes there, as the model itself computes it. The caller disposes it. */
    values(inputs: Tensor): Tensor;
  };
  /** What the model says by itself, shape [rows, 3]. The caller disposes it. */
  predict(inputs: Tensor): Tensor;
  /** Disposes the model. */
  dispose(): void;
}

export const classes = 3;
