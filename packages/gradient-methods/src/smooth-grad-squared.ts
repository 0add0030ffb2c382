import { square } from '@tensorflow/tfjs-core';
import { type AttributionMethod, defineMethod } from '@vitrum/core';
import { standardErrorOfMean } from './moments';
import { type NoiseOptions, noisyTraits, overNoise } from './noise';

/**
 * φ = mean of the squares of the method over noisy copies of the input: how strongly an element speaks, whatever its sign.
 *
 * Like the method's own, with `standardError`. `samples` times the rows of the method.
 *
 * @throws AttributionError `option`; `inputs` if there would be noise on integers
 * @see Hooker et al. 2019, A Benchmark for Interpretability Methods in Deep Neural Networks, §4.1.2
 */
export const smoothGradSquared: (method: AttributionMethod, options?: NoiseOptions) => AttributionMethod = defineMethod(
  'smoothGradSquared',
  noisyTraits,
  (method: AttributionMethod, options: NoiseOptions = {}) =>
    overNoise(method, options, {
      of: (values) => square(values),
      value: ({ mean }) => mean,
      standardError: standardErrorOfMean,
    }),
);
