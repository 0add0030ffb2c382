import type { Tensor } from '@tensorflow/tfjs-core';
import type { TapeNode, Tensors } from './node';

/**
 * A backward rule: from the signals at an operation's outputs to a signal for each of its inputs, in their order and
 * shape. `plain()` is what the gradient would send. Runs inside `tidy`.
 */
export type Rule = (node: TapeNode, signals: Tensors, plain: () => Tensors) => readonly (Tensor | undefined)[];

/** Guided backpropagation, DeepLIFT, LRP, …: which operations get another rule than their gradient. */
export interface RuleSet {
  /** What the walk starts from: 1, or the score itself (relevance). */
  readonly seed: 'one' | 'score';
  /** Show a fused operation and its activation as two. */
  readonly unfuse: boolean;
  /** The rule for an operation; `undefined` for the plain gradient. */
  rule(node: TapeNode): Rule | undefined;
}
