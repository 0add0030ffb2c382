import { AttributionError, type AttributionMethod, asIs, defineMethod, sum, withRecipe } from '@vitrum/core';
import { type Choice, type CompositeData, compositeOf } from './composite';
import { epsilonComposite } from './presets';
import { relevanceRules } from './relevance';

export interface LrpOptions {
  /** Which rule for which layer. @defaultValue epsilonComposite() */
  readonly composite?: CompositeData;
  /**
   * What a gate, such as those of LSTM and GRU, gets of the relevance of what it lets through: half of it ('even'), or
   * nothing ('signal'). @defaultValue 'even'
   */
  readonly gates?: 'even' | 'signal';
  /** Throw at an operation without a rule, instead of a note. @defaultValue false */
  readonly strict?: boolean;
}

/**
 * Layer-wise relevance propagation: the score is handed back from layer to layer, each operation sharing out what it got
 * among its inputs, until it lies on what is attributed.
 *
 * One idea makes every rule. If an operation is z = f(x̃, w̃) + b̃, linear in x̃, then x̃ᵢ ∂zⱼ/∂x̃ᵢ is what input i contributes to
 * output j, and relevance goes in proportion to it:
 *
 *     R_in = x̃ ⊙ J̃ᵀ (R_out / z̃)
 *
 * ε keeps the operation as it is; γ, z⁺, αβ, zᴮ, flat and w² change its weights and inputs. Sums, means and average pooling are
 * their own f; two factors that depend on the input, as in attention, are linear in each and take half; a softmax or a
 * layer normalization goes by its own Jacobian, its deviation held constant; a maximum's winner and an activation's input
 * take all.
 *
 * Like the inputs, or the layer, whose relevance is that of its output (or input). One forward and one backward row per
 * example. `convergenceDelta` is Σ values − S(x): what biases and ε took, and what γ added; there is no baseline.
 *
 * @throws AttributionError `option` for a composite that is none; `gradient` with `strict`, naming the kernel
 * @see Bach et al. 2015, On Pixel-Wise Explanations for Non-Linear Classifier Decisions; Montavon et al. 2019, Layer-Wise
 *   Relevance Propagation: An Overview; Achtibat et al. 2024, AttnLRP; Arras et al. 2017 (gates)
 */
export const lrp: (options?: LrpOptions) => AttributionMethod = defineMethod(
  'lrp',
  { uses: [], deterministic: true, rowwise: true, complete: 'score' },
  ({ composite: data = epsilonComposite(), gates = 'even', strict = false }: LrpOptions = {}) => {
    const composite = compositeOf(data);
    checkGates(gates);
    return async (probe) => {
      const unmet = new Set(composite.choices.filter(({ layer }) => layer !== undefined));
      const chosen = (choice: Choice) => void unmet.delete(choice);
      const rules = withRecipe(relevanceRules({ composite, gates, strict, note: probe.note, chosen }), {
        name: 'lrp',
        options: { composite: data, gates, strict },
      });
      const { mean } = await probe.run({ points: asIs(), grad: [probe.site], rules }, sum());
      for (const { layer } of unmet) {
        probe.note(`The composite has a rule for "${layer}", but LRP met nothing there that takes a rule.`);
      }
      return mean.flat();
    };
  },
);

function checkGates(gates: string): void {
  if (gates === 'even' || gates === 'signal') return;
  throw new AttributionError('option', {
    got: `gates ${JSON.stringify(gates)}`,
    expected: "'even' or 'signal'",
    fix: "Leave it out for 'even'.",
  });
}
