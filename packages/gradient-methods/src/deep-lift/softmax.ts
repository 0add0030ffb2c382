import { div, logSoftmax, mul, type SoftmaxAttrs, sub, sum } from '@tensorflow/tfjs-core';
import type { Rule } from '@vitrum/core';
import { compareAt } from './comparison';
import { logarithmicMean } from './slopes';

/**
 * Softmax is exp of z = x − log Σ exp x, so by rescale Δyᵢ = kᵢ Δzᵢ with kᵢ = Δyᵢ/Δzᵢ, the logarithmic mean of yᵢ and yᵢ′.
 * Both sum to 1, which says how far the logarithm moved: 0 = Σ kᵢ (Δxᵢ − Δ log Σ exp x). Hence
 * mᵢⱼ = kᵢ (δᵢⱼ − kⱼ/Σk): complete, the gradient where nothing moves, and the same if all of x moves by one number.
 */
export const softmax: Rule = (node, signals) => {
  const { dy, x, x0, y, y0 } = compareAt(node, signals);
  // The kernel's name vouches for its attributes.
  const { dim } = node.attrs as unknown as SoftmaxAttrs;
  const k = logarithmicMean(y, y0, sub(logSoftmax(x, dim), logSoftmax(x0, dim)));
  const weighted = mul(dy, k);
  return [sub(weighted, mul(k, div(sum(weighted, dim, true), sum(k, dim, true))))];
};
