import {
  add,
  engine,
  type FusedBatchNormAttrs,
  type LRNAttrs,
  type LRNInputs,
  mul,
  neg,
  rsqrt,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { reduceTo } from './broadcast';
import { type GradientTable, rule } from './rule';

interface FusedBatchNormInputs {
  readonly x: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly scale?: Tensor;
  readonly offset?: Tensor;
}

export const normalizationGradients: GradientTable = {
  // y = (x − mean) · scale / √(variance + ε) + offset. All of it may depend on x: LayerNormalization runs on this kernel.
  FusedBatchNorm: rule<FusedBatchNormInputs, FusedBatchNormAttrs>(({ inputs, attrs, dy }) => {
    const { x, mean, variance, scale, offset } = inputs;
    const inverse = rsqrt(add(variance, attrs.varianceEpsilon ?? 0.001));
    const factor = scale ? mul(scale, inverse) : inverse;
    const centred = () => mul(dy, sub(x, mean));
    return {
      x: () => mul(dy, factor),
      mean: () => neg(mul(reduceTo(dy, mean.shape), factor)),
      variance: () => mul(reduceTo(centred(), variance.shape), mul(-0.5, mul(factor, mul(inverse, inverse)))),
      ...(scale && { scale: () => mul(reduceTo(centred(), scale.shape), inverse) }),
      ...(offset && { offset: () => reduceTo(dy, offset.shape) }),
    };
  }),
  LRN: rule<LRNInputs, LRNAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => engine().runKernel('LRNGrad', { x, y, dy }, { ...attrs }),
  })),
};
