import { dispose, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import {
  asIs,
  type MethodResult,
  multiplyByDifference,
  type Probe,
  type RuleSet,
  recipeOf,
  sum,
  withRecipe,
} from '@vitrum/core';

export interface BackpropagationOptions {
  /** Which operations get another backward rule than their gradient. */
  readonly rules: RuleSet;
  /** Run the model on the baseline too: rules then find there what they compare with, `node.reference`. @defaultValue no */
  readonly against?: 'reference';
  /** Whether what arrives is multiplied by x, with a reference by x − x′. @defaultValue false */
  readonly multiplyByInputs?: boolean;
  /** An error where an operation has no rule that `rules` covers, instead of a note. @defaultValue that of `rules` */
  readonly strict?: boolean;
}

/** What `backpropagation` does, for methods made of it. The caller owns the values. */
export async function backpropagate(
  probe: Probe,
  { rules: given, against, multiplyByInputs = false, strict = given.strict ?? false }: BackpropagationOptions,
): Promise<MethodResult> {
  // Not spread: a set may be an object whose members use `this`.
  const rules: RuleSet = Object.create(given, { strict: { value: strict } });
  const recipe = recipeOf(given);
  if (recipe) withRecipe(rules, recipe);
  const query = { points: asIs(), grad: [probe.site], rules, ...(against && { against }) };
  const { mean, referenceScores } = await probe.run(query, sum());
  const signals = mean.flat();
  const seen = against && { baselineScore: referenceScores };
  if (!multiplyByInputs) return { values: signals, ...seen };
  if (against) return { values: await multiplyByDifference(probe, signals), ...seen };
  const x = await probe.x();
  const products = tidy(() => signals.map((signal, i) => mul(x[i] as Tensor, signal))); // one for each tensor at the site
  dispose(signals);
  return { values: products };
}
