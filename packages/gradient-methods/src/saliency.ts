import { abs, dispose, tidy } from '@tensorflow/tfjs-core';
import { type AttributionMethod, asIs, defineMethod, sum } from '@vitrum/core';

/**
 * φ = |∂S/∂x|: how much the score answers to a small change.
 *
 * Like the inputs, or the layer. One forward and one backward row per example.
 *
 * @see Simonyan et al. 2013, Deep Inside Convolutional Networks, §3.1
 */
export const saliency: () => AttributionMethod = defineMethod(
  'saliency',
  { uses: [], deterministic: true, rowwise: true },
  () => async (probe) => {
    const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
    const gradients = mean.flat();
    const magnitudes = tidy(() => gradients.map((gradient) => abs(gradient)));
    dispose(gradients);
    return magnitudes;
  },
);
