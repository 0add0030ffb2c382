import { clone } from '@tensorflow/tfjs-core';
import {
  type AttributionMethod,
  defineMethod,
  multiplyByDifference,
  type Probe,
  path,
  type Quadrature,
  type QuadratureName,
  quadrature,
  sum,
} from '@vitrum/core';
import { checkUntilComplete, type UntilCompleteOptions, untilComplete } from './until-complete';

export interface IntegratedGradientsOptions extends UntilCompleteOptions {
  /**
   * Points on the path, which is model rows per example; 'auto' takes as many as completeness within `tolerance` needs.
   * @defaultValue 50
   */
  readonly steps?: number | 'auto';
  /** Where they lie and what they weigh. @defaultValue 'gauss-legendre' */
  readonly quadrature?: QuadratureName;
  /** Whether the mean gradient is multiplied by x − x'; without, it is the "local" attribution. @defaultValue true */
  readonly multiplyByInputs?: boolean;
}

/**
 * φ = (x − x') ⊙ ∫₀¹ ∇S(x' + α (x − x')) dα: the score's change from the baseline, shared out along a straight path.
 *
 * Like the inputs, or the layer; there the path is straight in the layer's space and all else keeps its value on x.
 * Σφ = S(x) − S(x') up to `convergenceDelta`. `steps` forward and backward rows per example; with 'auto' 16, 32, 64, …
 * until the gap is within `tolerance` of S(x) − S(x'), and `notes` says how many it took.
 *
 * @throws AttributionError `option` if `steps` is neither a positive whole number nor 'auto', or `quadrature` is unknown
 * @see Sundararajan et al. 2017, Axiomatic Attribution for Deep Networks, eq. 1
 */
export const integratedGradients: (options?: IntegratedGradientsOptions) => AttributionMethod = defineMethod(
  'integratedGradients',
  ({ multiplyByInputs = true }: IntegratedGradientsOptions = {}) => ({
    uses: ['baseline'],
    deterministic: true,
    rowwise: true,
    complete: multiplyByInputs,
  }),
  (options: IntegratedGradientsOptions = {}) => {
    const { steps = 50, quadrature: name = 'gauss-legendre', multiplyByInputs = true } = options;
    const meanGradient = async (probe: Probe, { points, weights }: Quadrature) => {
      const { mean } = await probe.run({ points: path(points), put: probe.site, grad: [probe.site] }, sum(weights));
      return mean.flat();
    };
    if (steps !== 'auto') {
      const rule = quadrature(name, steps);
      return async (probe) => {
        const gradients = await meanGradient(probe, rule);
        return multiplyByInputs ? multiplyByDifference(probe, gradients) : gradients;
      };
    }
    checkUntilComplete(options);
    return (probe) =>
      untilComplete(probe, options, async (steps) => {
        const gradients = await meanGradient(probe, quadrature(name, steps));
        if (!multiplyByInputs) {
          const contributions = await multiplyByDifference(
            probe,
            gradients.map((gradient) => clone(gradient)),
          );
          return { values: gradients, contributions };
        }
        const values = await multiplyByDifference(probe, gradients);
        return { values, contributions: values };
      });
  },
);
