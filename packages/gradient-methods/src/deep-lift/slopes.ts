import {
  abs,
  add,
  clipByValue,
  div,
  mul,
  neg,
  relu,
  sqrt,
  square,
  step,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { type Rule, reduceTo } from '@vitrum/core';
import { rescaled } from '../in-one';
import { type Comparison, compareAt, isSteep, mean, perMoves, unseen } from './comparison';

/**
 * Rescale (§3.5.2): m = Δy/Δx for a function of one variable, its gradient where |Δx| < ε and it is finite. For a
 * kernel with more inputs, of the only one that changes.
 */
export const rescale =
  (epsilon: number): Rule =>
  (node, signals, plain, tools) => {
    const { dy, x, x0, y, y0, inputs } = compareAt(node, signals);
    const alone = inputs.length === 1 && epsilon <= unseen && !isSteep(node);
    const own = alone ? rescaled(tools, { dy, x, x0, y, y0 }, () => plain()[0], epsilon) : undefined;
    if (own) return [own];
    return perMoves(node, plain, epsilon, (_, x) => reduceTo(mul(dy, sub(y, y0)), x.shape));
  };

/**
 * Rescale for functions that bend everywhere on a scale of 1: near the reference, where the difference of two rounded
 * values says little, the mean of the gradients at both ends, which is off by |Δx|²/12 of the third derivative. They
 * meet where either is off by about 1e-5.
 */
export const rescaleSmooth: Rule = (node, signals, plain) => {
  const { dy, x, x0, y, y0 } = compareAt(node, signals);
  const [here, there] = [plain()[0], plain(node.reference)[0]];
  if (!here || !there) throw new Error(`no gradient of ${node.kernel}`);
  const moved = sub(x, x0);
  const near = step(sub(1e-2, abs(moved)));
  const quotient = div(mul(dy, sub(y, y0)), add(moved, near));
  return [add(mul(near, mean(here, there)), mul(sub(1, near), quotient))];
};

/** Δy/Δx in a form that does not subtract nearly equal numbers. */
export type Slope = (compared: Comparison) => Tensor;

/** Rescale by a slope in closed form, which has its limit for Δx = 0 within it. */
export const rescaleBy =
  (slope: Slope): Rule =>
  (node, signals) => {
    const { dy, ...compared } = compareAt(node, signals);
    return [mul(dy, slope(compared))];
  };

export const slopes: Readonly<Record<string, Slope>> = {
  Square: ({ x, x0 }) => add(x, x0),
  // 0 rather than infinite where both are 0.
  Sqrt: ({ y, y0 }) => div(add(y, y0), add(square(add(y, y0)), 1e-37)),
  Rsqrt: ({ y, y0 }) => rsqrtSlope(y, y0),
  Reciprocal: ({ y, y0 }) => neg(mul(y, y0)),
  Exp: ({ x, x0, y, y0 }) => logarithmicMean(y, y0, sub(x, x0)),
  Expm1: ({ x, x0, y, y0 }) => logarithmicMean(add(y, 1), add(y0, 1), sub(x, x0)),
  Log: ({ x, x0, y, y0 }) => div(1, logarithmicMean(x, x0, sub(y, y0))),
  Log1p: ({ x, x0, y, y0 }) => div(1, logarithmicMean(add(x, 1), add(x0, 1), sub(y, y0))),
  Sigmoid: ({ x, x0, y, y0 }) => between(mul(y, sub(1, y)), mul(y0, sub(1, y0)), sub(y, y0), sub(x, x0)),
  Tanh: ({ x, x0, y, y0 }) => between(sub(1, square(y)), sub(1, square(y0)), sub(y, y0), sub(x, x0), 2),
};

/** Δr/Δv of r = 1/√v. */
export const rsqrtSlope = (r: Tensor, r0: Tensor): Tensor => neg(div(square(mul(r, r0)), add(r, r0)));

/** (a − b) / (ln a − ln b), given the difference of the logarithms. */
export const logarithmicMean = (a: Tensor, b: Tensor, logarithms: Tensor): Tensor =>
  between(a, b, sub(a, b), logarithms);

/**
 * difference / moved; near 0, in the case of exp and what is made of it, the geometric mean of the derivatives at both
 * ends times sinh(t)/t at t = scale · moved / 2, by the first terms of its series.
 */
function between(slope: Tensor, slope0: Tensor, difference: Tensor, moved: Tensor, scale = 1): Tensor {
  const geometricMean = mul(sqrt(relu(slope)), sqrt(relu(slope0)));
  const squared = mul(square(moved), scale ** 2);
  const far = step(sub(squared, 0.25));
  // Not `where` and `less`, which on wasm cost fifty times as much.
  const capped = clipByValue(squared, 0, 0.25);
  const near = mul(geometricMean, add(1, mul(capped, add(1 / 24, mul(capped, 1 / 1920)))));
  return add(mul(sub(1, far), near), mul(far, div(difference, add(moved, sub(1, far)))));
}
