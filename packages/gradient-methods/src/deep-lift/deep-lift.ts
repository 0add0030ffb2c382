import { AttributionError, type AttributionMethod, defineMethod, withRecipe } from '@vitrum/core';
import { backpropagate } from '../backpropagate';
import { rescaleRules } from './rules';

export interface DeepLiftOptions {
  /**
   * How a non-linearity is crossed: 'rescale' by Δout/Δin; 'reveal-cancel' for the positive and the negative part of Δin by
   * themselves, which sees through a function where one cancels the other. @defaultValue 'rescale'
   */
  readonly rule?: 'rescale' | 'reveal-cancel';
  /** Whether multipliers are multiplied by x − x′; without, they are given as they are. @defaultValue true */
  readonly multiplyByInputs?: boolean;
  /** An input of a non-linearity that moved by less has the gradient as multiplier. @defaultValue 1e-10 */
  readonly epsilon?: number;
  /** An error instead of a note where an operation has no rule and its gradient would be used. @defaultValue false */
  readonly strict?: boolean;
}

/**
 * φ = (x − x′) ⊙ m, with multipliers m that follow from those of each operation by the chain rule: Δout/Δin for a
 * non-linearity, so that what it does between the baseline and the input is shared out in full.
 *
 * Like the inputs, or the layer; there x′ is the layer's value on the baseline. Σφ = S(x) − S(x′) up to
 * `convergenceDelta`, if every operation has a rule and the layer is on all ways to the score. Two forward rows and one
 * backward row per example.
 *
 * @throws AttributionError `option`; `recording` if the model does other operations on the baseline; `gradient` if `strict`
 * @see Shrikumar et al. 2017, Learning Important Features Through Propagating Activation Differences, §3
 */
export const deepLift: (options?: DeepLiftOptions) => AttributionMethod = defineMethod(
  'deepLift',
  ({ multiplyByInputs = true }: DeepLiftOptions = {}) => ({
    uses: ['baseline'],
    deterministic: true,
    rowwise: true,
    complete: multiplyByInputs,
  }),
  ({ rule = 'rescale', multiplyByInputs = true, epsilon = 1e-10, strict = false }: DeepLiftOptions = {}) => {
    if (!(epsilon > 0 && Number.isFinite(epsilon))) {
      throw new AttributionError('option', {
        got: `epsilon ${epsilon}`,
        expected: 'a positive number',
        fix: 'Leave it out for 1e-10.',
      });
    }
    if (rule !== 'rescale' && rule !== 'reveal-cancel') {
      throw new AttributionError('option', {
        got: `rule ${String(rule)}`,
        expected: "'rescale' or 'reveal-cancel'",
        fix: "Leave it out for 'rescale'.",
      });
    }
    const options = { against: 'reference', multiplyByInputs, strict } as const;
    if (rule === 'rescale') {
      const rules = withRecipe(rescaleRules(epsilon), { name: 'deepLift', options: epsilon });
      return (probe) => backpropagate(probe, { rules, ...options });
    }
    return async (probe) => {
      const { revealCancelRules } = await import('./reveal-cancel');
      const { rules, dispose } = revealCancelRules(epsilon);
      try {
        return await backpropagate(probe, { rules, ...options });
      } finally {
        dispose();
      }
    };
  },
);
