import {
  type AttributionMethod,
  defineMethod,
  multiplyByDifference,
  path,
  type QuadratureName,
  quadrature,
  sum,
} from '@vitrum/core';

export interface IntegratedGradientsOptions {
  /** Points on the path, which is model rows per example. @defaultValue 50 */
  readonly steps?: number;
  /** Where they lie and what they weigh. @defaultValue 'gauss-legendre' */
  readonly quadrature?: QuadratureName;
  /** Whether the mean gradient is multiplied by x − x'; without, it is the "local" attribution. @defaultValue true */
  readonly multiplyByInputs?: boolean;
}

/**
 * φ = (x − x') ⊙ ∫₀¹ ∇S(x' + α (x − x')) dα: the score's change from the baseline, shared out along a straight path.
 *
 * Like the inputs, or the layer; there the path is straight in the layer's space and all else keeps its value on x.
 * Σφ = S(x) − S(x') up to `convergenceDelta`. `steps` forward and backward rows per example.
 *
 * @throws AttributionError `option` if `steps` is no positive whole number or `quadrature` is unknown
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
  ({ steps = 50, quadrature: name = 'gauss-legendre', multiplyByInputs = true }: IntegratedGradientsOptions = {}) => {
    const { points, weights } = quadrature(name, steps);
    return async (probe) => {
      const { mean } = await probe.run({ points: path(points), put: probe.site, grad: [probe.site] }, sum(weights));
      const gradients = mean.flat();
      return multiplyByInputs ? multiplyByDifference(probe, gradients) : gradients;
    };
  },
);
