import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import type { Place } from './places';

/** Tensors in a fixed order: the inputs of a model, the inputs or outputs of an operation, one value per site. */
export type Tensors = readonly Tensor[];

/** One recorded operation: a TF.js kernel (or a user's `customGrad`), what went in and what came out. */
export interface TapeNode {
  /** TF.js kernel name, such as `FusedConv2D`; `customGrad` for a gradient the model's author wrote. */
  readonly kernel: string;
  /** Place in the recording, from 0. */
  readonly index: number;
  readonly attrs: NamedAttrMap;
  /** Inputs in the kernel's order. Optional inputs that were not given are left out. */
  readonly inputs: Tensors;
  /** The kernel's name for each of `inputs`: `x`, `filter`, `bias`, … or `0`, `1`, … where it takes a list. */
  readonly names: readonly string[];
  readonly outputs: Tensors;
  /** The same operation in the recording on the reference, when a query runs `against: 'reference'`. */
  readonly reference?: { readonly inputs: Tensors; readonly outputs: Tensors };
  /**
   * Its place in the plan of the whole pass, for a rule set that asks (`RuleSet.places`). Steps and comparisons, which
   * are flat, have none.
   */
  readonly place?: Place;
  /** The operation that made input `i`, if it is on the tape. */
  producer(i: number): TapeNode | undefined;
  /** Whether input `i` depends on the tensors that gradients are asked for (a weight does not). */
  dependsOnPut(i: number): boolean;
}

/** Whether a tensor can carry a signal: real or complex numbers. Whole numbers, truth values and text do not move a little. */
export const isContinuous = ({ dtype }: Tensor): boolean => dtype === 'float32' || dtype === 'complex64';
