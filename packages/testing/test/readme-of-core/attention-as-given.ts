import type { AttributionMethod, RuleSet } from '@vitrum/core';
import { backpropagation } from '@vitrum/gradient-methods';

/** Takes the weights of attention as given: nothing flows back through a softmax. */
const aroundSoftmax: RuleSet = {
  seed: 'one',
  unfuse: false,
  rule: ({ kernel }) => (kernel === 'Softmax' ? () => [undefined] : undefined),
};

/** φ = x ⊙ ∂S/∂x with every softmax held still (Ali et al. 2022, XAI for Transformers). */
export const attentionAsGiven = (): AttributionMethod =>
  backpropagation({ rules: aroundSoftmax, multiplyByInputs: true });
