import {
  add,
  div,
  exp,
  type FusedBatchNormAttrs,
  type LRNAttrs,
  log,
  matMul,
  mul,
  neg,
  onesLike,
  reshape,
  rsqrt,
  square,
  sub,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core';
import type { Rule } from '@vitrum/core';
import { forEachInput, mean } from './comparison';
import { logarithmicMean, rsqrtSlope } from './slopes';

/**
 * y = (x − mean) · scale · r + offset with r = 1/√(variance + ε), where all of it may change: layer normalization runs on
 * this kernel. Products half and half, r by rescale.
 */
export const normalization: Rule = forEachInput((i, { dy, inputs, inputs0 }, { names, attrs }) => {
  const both = (name: string) => {
    const [now, before] = [inputs[names.indexOf(name)], inputs0[names.indexOf(name)]];
    return now && before && ([now, before] as const);
  };
  const [x, centre, variance] = [both('x'), both('mean'), both('variance')];
  if (!x || !centre || !variance) throw new Error('a normalization without its moments');
  // The kernel's name vouches for its attributes.
  const { varianceEpsilon = 0.001 } = attrs as unknown as FusedBatchNormAttrs;
  const [r, r0] = [rsqrt(add(variance[0], varianceEpsilon)), rsqrt(add(variance[1], varianceEpsilon))];
  const [scale, scale0] = both('scale') ?? [onesLike(r), onesLike(r)];
  const factor = () => mul(dy, mean(mul(scale, r), mul(scale0, r0)));
  const centred = () => mul(dy, mean(sub(x[0], centre[0]), sub(x[1], centre[1])));
  switch (names[i]) {
    case 'x':
      return factor();
    case 'mean':
      return neg(factor());
    case 'variance':
      return mul(centred(), mul(mean(scale, scale0), rsqrtSlope(r, r0)));
    case 'scale':
      return mul(centred(), mean(r, r0));
    default:
      return dy; // offset
  }
});

/**
 * y = x · r with r = s^−β, s = bias + α · Σ x² over neighbouring channels: a product, half and half, of x and a function of
 * one variable by rescale, of squares.
 */
export const localNormalization: Rule = forEachInput((_, { dy, x, x0 }, { attrs }) => {
  const { depthRadius, bias, alpha, beta } = attrs as unknown as LRNAttrs; // the kernel's name vouches for them
  const around = neighbours(x.shape.at(-1) ?? 1, depthRadius);
  const [s, s0] = [x, x0].map((t) => add(mul(around(square(t)), alpha), bias)) as [Tensor, Tensor]; // of two
  const [l, l0] = [log(s), log(s0)];
  const [r, r0] = [exp(mul(l, -beta)), exp(mul(l0, -beta))];
  const steps = sub(l, l0);
  const slope = mul(div(logarithmicMean(r, r0, mul(steps, -beta)), logarithmicMean(s, s0, steps)), -beta * alpha);
  return add(mul(dy, mean(r, r0)), mul(add(x, x0), around(mul(mul(dy, mean(x, x0)), slope))));
});

/** Sums over the channels that are at most `radius` away. */
function neighbours(channels: number, radius: number): (t: Tensor) => Tensor {
  const all = [...Array(channels).keys()];
  const band = tensor2d(
    all.map((i) => all.map((j) => Number(Math.abs(i - j) <= radius))),
    [channels, channels],
  );
  return (t) => reshape(matMul(reshape(t, [-1, channels]), band), t.shape);
}
