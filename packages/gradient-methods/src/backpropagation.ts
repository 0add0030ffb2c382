import { type AttributionMethod, defineMethod } from '@vitrum/core';
import { type BackpropagationOptions, backpropagate } from './backpropagate';

/**
 * φ = what arrives when the score is walked back by rules of your own: for a method that is a way of backpropagating.
 *
 * Like the inputs, or the layer. One forward and one backward row per example, another forward row with a reference.
 *
 * @example
 * // Gradients that pass tanh as if it were linear.
 * const rules = { seed: 'one', unfuse: true, rule: ({ kernel }) => (kernel === 'Tanh' ? (_, signals) => signals : undefined) };
 * await attribute(model, x, { method: backpropagation({ rules }) });
 */
export const backpropagation: (options: BackpropagationOptions) => AttributionMethod = defineMethod(
  'backpropagation',
  ({ against, multiplyByInputs = false }: BackpropagationOptions) => ({
    uses: against ? ['baseline'] : [],
    deterministic: true,
    rowwise: true,
    complete: against !== undefined && multiplyByInputs,
  }),
  (options: BackpropagationOptions) => (probe) => backpropagate(probe, options),
);
