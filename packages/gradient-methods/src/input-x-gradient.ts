import { dispose, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type AttributionMethod, asIs, defineMethod, sum } from '@vitrum/core';

/**
 * φ = x ⊙ ∂S/∂x: the first-order share of each element in the score. At a layer, gradient × activation.
 *
 * Like the inputs, or the layer. One forward and one backward row per example.
 *
 * @see Shrikumar et al. 2016, Not Just a Black Box, §3
 */
export const inputXGradient: () => AttributionMethod = defineMethod(
  'inputXGradient',
  { uses: [], deterministic: true, rowwise: true },
  () => async (probe) => {
    const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
    const gradients = mean.flat();
    const x = await probe.x();
    const products = tidy(() => gradients.map((gradient, i) => mul(x[i] as Tensor, gradient))); // one for each tensor at the site
    dispose(gradients);
    return products;
  },
);
