import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientTools } from '../gradients/rule';
import type { TapeNode, Tensors } from './node';

/**
 * What the gradient would send to each input: Jᵀ · signals, zeros where it sends nothing. With `inputs`, the Jacobian is
 * that of the same operation at other inputs, such as changed weights or those of the reference; `outputs` go with them,
 * and can be left out for an operation whose gradient does not look at them, as a linear one.
 */
export type Plain = (other?: {
  readonly signals?: Tensors;
  readonly inputs?: Tensors;
  readonly outputs?: Tensors;
}) => Tensors;

/**
 * A backward rule: from the signals at an operation's outputs to a signal for each of its inputs, in their order and
 * shape; inputs that do not depend on what is attributed may be left out. Runs inside `tidy`.
 */
export type Rule = (
  node: TapeNode,
  signals: Tensors,
  plain: Plain,
  tools: GradientTools,
) => readonly (Tensor | undefined)[];

/** Guided backpropagation, DeepLIFT, LRP, …: which operations get another rule than their gradient. */
export interface RuleSet {
  /** What the walk starts from: 1, or the score itself (relevance). */
  readonly seed: 'one' | 'score';
  /** Show a fused operation and its activation as two. */
  readonly unfuse: boolean;
  /** Draw the plan of the whole pass, and tell of every operation its place: `node.place`. @defaultValue false */
  readonly places?: boolean;
  /** Shown the operations of a recording before the walk: to load what few models need. */
  prepare?(nodes: readonly TapeNode[]): Promise<void>;
  /** The rule for an operation; `undefined` for the plain gradient. */
  rule(node: TapeNode): Rule | undefined;
  /**
   * Whether the plain gradient of an operation without a rule is what the set means. Where it is not, the gradient is
   * used all the same and a note of the result names the kernel. @defaultValue it always is
   */
  covers?(node: TapeNode): boolean;
  /** An error instead of that note. @defaultValue false */
  readonly strict?: boolean;
}

/** How a set is made elsewhere, where it goes by this name: of options that are data. */
export interface Recipe {
  readonly name: string;
  readonly options?: unknown;
}

const recipes = new WeakMap<RuleSet, Recipe>();

/**
 * Says how `set` can be made again, so that workers can follow it. It is about this very object: a set that is made out of
 * it, by spreading it for example, has other rules, and rows under rules without a recipe are evaluated where they are asked for.
 */
export function withRecipe<Set extends RuleSet>(set: Set, recipe: Recipe): Set {
  recipes.set(set, recipe);
  return set;
}

export const recipeOf = (set: RuleSet): Recipe | undefined => recipes.get(set);
