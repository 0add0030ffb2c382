import type { DataType, TypedArray } from '@tensorflow/tfjs-core';
import type { Container } from '../inputs';
import type { Tensors } from '../tape/node';
import type { Work } from './work';

/** A tensor that can travel. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly values: TypedArray | readonly string[];
}

/** What rows answered elsewhere. */
export interface Delivery {
  /** To each ask: what it wanted to read, and its gradients, in the order of `read` and of `grad`. */
  readonly answers: readonly {
    readonly scores: Float32Array;
    readonly referenceScores: Float32Array;
    readonly read: readonly (readonly TensorData[])[];
    readonly grad: readonly (readonly TensorData[])[];
    readonly notes: readonly string[];
  }[];
  /** What must be said of the model. */
  readonly notes: readonly string[];
  /** Model rows. */
  readonly cost: { readonly forward: number; readonly backward: number };
}

/** A work that has begun elsewhere. */
export interface Assignment {
  /**
   * Evaluates rows `start` … `end`. If it fails, they are evaluated here.
   * @param made the points themselves, where they are made by a function of the method. Borrowed until `end`.
   */
  rows(start: number, end: number, made?: Tensors): Promise<Delivery>;
  /** The same by every copy of the model that there is, so that they can be compared. */
  rowsOfEach(start: number, end: number, made?: Tensors): Promise<readonly Delivery[]>;
  /** Nothing more is wanted; what is still on its way is given up. */
  end(): void;
}

/** The parts of a call that go with its work. */
export interface WorkSurroundings {
  readonly container: Pick<Container, 'names' | 'context' | 'arrange'>;
  /** How many rows the model takes at once, if that is fixed. */
  readonly rows?: number | undefined;
  /** Of the TF.js backend. */
  readonly backend: string;
  /** Rows run from the inputs on, as the model answers otherwise when they go on from a cut. */
  readonly whole: boolean;
}

/** Where else rows can be evaluated: other threads, or other machines, that have the model too. */
export interface Elsewhere {
  /** How many batches are worked on there at once. */
  readonly count: number;
  /**
   * Begins a work there. Its tensors are borrowed until `end`.
   * @returns in words why it cannot be done there, if so
   */
  begin(work: Work, surroundings: WorkSurroundings): Promise<Assignment | string>;
}
