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
  util,
  zerosLike,
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

/** Whether `parameter` has the last dims of `x`, so that broadcasting it is repeating its entries one after the other. */
function endsLike(x: Tensor, parameter: Tensor): boolean {
  const own = parameter.shape.slice(parameter.shape.findIndex((size) => size !== 1));
  return parameter.size === 1 || util.arraysEqual(own, x.shape.slice(x.rank - own.length));
}

export const normalizationGradients: GradientTable = {
  // y = (x − mean) · scale / √(variance + ε) + offset. All of it may depend on x: LayerNormalization runs on this kernel.
  FusedBatchNorm: rule<FusedBatchNormInputs, FusedBatchNormAttrs>(({ inputs, attrs, dy }) => {
    const { x, mean, variance, scale, offset } = inputs;
    if (![mean, variance, scale, offset].every((parameter) => !parameter || endsLike(x, parameter))) {
      // cpu and wasm then lay the parameters along x entry by entry, GPUs broadcast them: only the kernel knows how.
      const linear = { mean: zerosLike(mean), variance, ...(scale && { scale }) };
      return { x: () => engine().runKernel('FusedBatchNorm', { x: dy, ...linear }, { ...attrs }) };
    }
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
