import { type AttributionMethod, defineMethod } from '@vitrum/core';
import { standardErrorOfMean } from './moments';
import { type NoiseOptions, noisyTraits, overNoise } from './noise';

/**
 * φ = mean of the method over noisy copies of the input: what survives when the input is shaken a little.
 *
 * Like the method's own, with `standardError`. `samples` times the rows of the method.
 *
 * @throws AttributionError `option`; `inputs` if there would be noise on integers
 * @see Smilkov et al. 2017, SmoothGrad: removing noise by adding noise, §3
 */
export const smoothGrad: (method: AttributionMethod, options?: NoiseOptions) => AttributionMethod = defineMethod(
  'smoothGrad',
  noisyTraits,
  (method: AttributionMethod, options: NoiseOptions = {}) =>
    overNoise(method, options, { value: ({ mean }) => mean, standardError: standardErrorOfMean }),
);
