import {
  add,
  backend_util,
  type ClipByValueAttrs,
  type ClipByValueInputs,
  type EluInputs,
  equal,
  exp,
  type FusedConv2DAttrs,
  greater,
  type LeakyReluAttrs,
  type LeakyReluInputs,
  minimum,
  mul,
  type PreluInputs,
  type Relu6Inputs,
  type ReluInputs,
  reshape,
  type SeluInputs,
  type SigmoidInputs,
  type SoftmaxAttrs,
  type SoftmaxInputs,
  type SoftplusInputs,
  sigmoid,
  square,
  step,
  sub,
  sum,
  type TanhInputs,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';
import { reduceTo } from './broadcast';
import { type GradientTable, type Pullback, rule } from './rule';

// In the output y where that says as much as the input: a fused kernel keeps only y. At a kink the derivative is 0.
const throughRelu = (dy: Tensor, y: Tensor) => mul(dy, step(y));
const throughRelu6 = (dy: Tensor, y: Tensor) => mul(dy, mul(step(y), step(sub(6, y))));
const throughElu = (dy: Tensor, y: Tensor) => mul(dy, add(minimum(y, 0), 1));
// 1 − y is exact where y is near 1; the difference of two products would be left with hardly a digit.
const throughSigmoid = (dy: Tensor, y: Tensor) => mul(dy, mul(y, sub(1, y)));
/** Takes the input, or the output if `alpha` is not negative: then both have the same sign. */
const throughLeakyRelu = (dy: Tensor, x: Tensor, alpha: number) => mul(dy, step(x, alpha));
const throughPrelu = (dy: Tensor, x: Tensor, alpha: Tensor) => where(greater(x, 0), dy, mul(dy, alpha));
const toPreluAlpha = (dy: Tensor, x: Tensor, alpha: Tensor) => reduceTo(mul(dy, minimum(x, 0)), alpha.shape);

export const activationGradients: GradientTable = {
  Relu: rule<ReluInputs>(({ y, dy }) => ({ x: () => throughRelu(dy, y) })),
  Relu6: rule<Relu6Inputs>(({ y, dy }) => ({ x: () => throughRelu6(dy, y) })),
  Elu: rule<EluInputs>(({ y, dy }) => ({ x: () => throughElu(dy, y) })),
  Sigmoid: rule<SigmoidInputs>(({ y, dy }) => ({ x: () => throughSigmoid(dy, y) })),
  Tanh: rule<TanhInputs>(({ y, dy }) => ({ x: () => mul(dy, sub(1, square(y))) })),
  Softplus: rule<SoftplusInputs>(({ inputs: { x }, dy }) => ({ x: () => mul(dy, sigmoid(x)) })),
  LeakyRelu: rule<LeakyReluInputs, LeakyReluAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => throughLeakyRelu(dy, x, attrs.alpha),
  })),
  Prelu: rule<PreluInputs>(({ inputs: { x, alpha }, dy }) => ({
    x: () => throughPrelu(dy, x, alpha),
    alpha: () => toPreluAlpha(dy, x, alpha),
  })),
  Selu: rule<SeluInputs>(({ inputs: { x }, dy }) => ({
    x: () => {
      const negative = mul(dy, mul(backend_util.SELU_SCALEALPHA, exp(minimum(x, 0))));
      return where(greater(x, 0), mul(dy, backend_util.SELU_SCALE), negative);
    },
  })),
  // Inside the bounds, and only there, is the output the input.
  ClipByValue: rule<ClipByValueInputs, ClipByValueAttrs>(({ inputs: { x }, y, dy }) => ({
    x: () => mul(dy, equal(x, y)),
  })),
  Softmax: rule<SoftmaxInputs, SoftmaxAttrs>(({ attrs: { dim }, y, dy }) => ({
    logits: () => {
      const weighted = mul(dy, y);
      return sub(weighted, mul(sum(weighted, dim, true), y));
    },
  })),
};

/** A fused kernel: what follows its linear part. */
interface FusedOperation {
  readonly inputs: { readonly bias?: Tensor; readonly preluActivationWeights?: Tensor };
  readonly attrs: Pick<FusedConv2DAttrs, 'leakyreluAlpha'> & Partial<Pick<FusedConv2DAttrs, 'activation'>>;
  readonly y: Tensor;
  readonly dy: Tensor;
}

/**
 * Walks back through a fused kernel's activation and bias: the signal at its linear part, and the pullbacks of the two.
 * `linear` computes the linear part anew; called only for slopes that may be negative, since y then hides its sign.
 * `against` lays bias and slopes against the output where plain broadcasting does not.
 */
export function throughFused(
  { inputs: { bias, preluActivationWeights: slopes }, attrs, y, dy }: FusedOperation,
  linear: () => Tensor,
  against: (channels: Tensor) => Tensor = (channels) => channels,
): { dz: Tensor; pullbacks: { bias?: Pullback; preluActivationWeights?: Pullback } } {
  const before = () => (bias ? add(linear(), against(bias)) : linear());
  const toBias = (dz: Tensor) => (bias ? { bias: () => reshape(reduceTo(dz, against(bias).shape), bias.shape) } : {});
  if (attrs.activation === 'prelu' && slopes) {
    const z = before();
    const alpha = against(slopes);
    const dz = throughPrelu(dy, z, alpha);
    const toSlopes = () => reshape(toPreluAlpha(dy, z, alpha), slopes.shape);
    return { dz, pullbacks: { ...toBias(dz), preluActivationWeights: toSlopes } };
  }
  const dz = throughFusedActivation(attrs, y, dy, before);
  return { dz, pullbacks: toBias(dz) };
}

function throughFusedActivation(
  // tfjs-converter loses the slope for depthwise convolutions; wasm takes a missing one for 0, others answer NaN.
  { activation = 'linear', leakyreluAlpha = 0 }: FusedOperation['attrs'],
  y: Tensor,
  dy: Tensor,
  before: () => Tensor,
): Tensor {
  switch (activation) {
    case 'linear':
      return dy;
    case 'relu':
      return throughRelu(dy, y);
    case 'relu6':
      return throughRelu6(dy, y);
    case 'elu':
      return throughElu(dy, y);
    case 'sigmoid':
      return throughSigmoid(dy, y);
    case 'leakyrelu':
      return throughLeakyRelu(dy, leakyreluAlpha < 0 ? before() : y, leakyreluAlpha);
    case 'prelu':
      throw new Error('a fused prelu came without its slopes');
  }
}
