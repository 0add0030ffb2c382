import { type AttributionMethod, defineMethod } from '@vitrum/core';
import { standardErrorOfVariance } from './moments';
import { type NoiseOptions, noisyTraits, overNoise } from './noise';

/**
 * φ = variance of the method over noisy copies of the input (mean of squares − squared mean): where its answer is unsteady.
 *
 * Like the method's own, with `standardError`. `samples` times the rows of the method.
 *
 * @throws AttributionError `option`; `inputs` if there would be noise on integers
 * @see Adebayo et al. 2018, Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values, §2
 */
export const varGrad: (method: AttributionMethod, options?: NoiseOptions) => AttributionMethod = defineMethod(
  'varGrad',
  noisyTraits,
  (method: AttributionMethod, options: NoiseOptions = {}) =>
    overNoise(method, options, { value: ({ m2 }) => m2, standardError: standardErrorOfVariance, highest: 4 }),
);
