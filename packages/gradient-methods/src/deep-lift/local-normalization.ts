import {
  add,
  div,
  exp,
  type LRNAttrs,
  log,
  matMul,
  mul,
  reshape,
  square,
  sub,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core';
import type { Rule } from '@vitrum/core';
import { forEachInput, mean } from './comparison';
import { logarithmicMean } from './slopes';

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
