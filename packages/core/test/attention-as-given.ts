import { type AttributionMethod, asIs, defineMethod, multiplyByDifference, type RuleSet, sum } from '@vitrum/core';

/** Takes the weights of attention as given: nothing flows back through a softmax. */
const aroundSoftmax: RuleSet = {
  seed: 'one',
  unfuse: false,
  rule: ({ kernel }) => (kernel === 'Softmax' ? () => [undefined] : undefined),
};

/** φ = (x − x') ⊙ ∂S/∂x with every softmax held still (Ali et al. 2022, XAI for Transformers). */
export const attentionAsGiven: () => AttributionMethod = defineMethod(
  'attentionAsGiven',
  { uses: ['baseline'], deterministic: true, rowwise: true },
  () => async (probe) => {
    const { mean } = await probe.run({ points: asIs(), grad: [probe.site], rules: aroundSoftmax }, sum());
    return multiplyByDifference(probe, mean.flat());
  },
);
