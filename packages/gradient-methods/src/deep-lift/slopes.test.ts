import * as tf from '@tensorflow/tfjs-core';
import { onEachBackend, openBackend, seededNumbers } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { multipliers, rounded } from '../../test/multipliers';

type Case = readonly [
  kernel: string,
  run: (x: tf.Tensor) => tf.Tensor,
  f: (x: number) => number,
  low: number,
  high: number,
];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Abramowitz and Stegun 7.1.5, summed until nothing is added. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const [scale, alpha] = [1.0507009873554805, 1.6732632423543772];
const elu = (x: number) => (x > 0 ? x : Math.expm1(x));

/** As exact close to the baseline as far from it. */
const exact: readonly Case[] = [
  ['Square', tf.square, (x) => x * x, -3, 3],
  ['Sqrt', tf.sqrt, Math.sqrt, 0.1, 5],
  ['Rsqrt', tf.rsqrt, (x) => 1 / Math.sqrt(x), 0.1, 5],
  ['Reciprocal', tf.reciprocal, (x) => 1 / x, 0.2, 3],
  ['Exp', tf.exp, Math.exp, -4, 3],
  ['Expm1', tf.expm1, Math.expm1, -4, 3],
  ['Log', tf.log, Math.log, 0.05, 5],
  ['Log1p', tf.log1p, Math.log1p, -0.9, 5],
  ['Sigmoid', tf.sigmoid, sigmoid, -6, 6],
  ['Tanh', tf.tanh, Math.tanh, -3, 3],
  ['Relu', tf.relu, (x) => Math.max(0, x), -2, 2],
];

const smooth: readonly Case[] = [
  ['Erf', tf.erf, erf, -2, 2],
  ['Softplus', tf.softplus, (x) => Math.log1p(Math.exp(x)), -4, 4],
  ['Sin', tf.sin, Math.sin, -3, 3],
  ['Cos', tf.cos, Math.cos, -3, 3],
  ['Sinh', tf.sinh, Math.sinh, -2, 2],
  ['Cosh', tf.cosh, Math.cosh, -2, 2],
  ['Atan', tf.atan, Math.atan, -3, 3],
  ['Asinh', tf.asinh, Math.asinh, -3, 3],
];

const bent: readonly Case[] = [
  ['Relu6', tf.relu6, (x) => Math.min(6, Math.max(0, x)), -3, 9],
  ['Elu', tf.elu, elu, -3, 3],
  ['Selu', tf.selu, (x) => scale * (x > 0 ? x : alpha * Math.expm1(x)), -3, 3],
  ['LeakyRelu', (x) => tf.leakyRelu(x, 0.3), (x) => (x > 0 ? x : 0.3 * x), -3, 3],
  ['Prelu', (x) => tf.prelu(x, tf.scalar(0.4)), (x) => (x > 0 ? x : 0.4 * x), -3, 3],
  ['ClipByValue', (x) => tf.clipByValue(x, -1, 2), (x) => Math.min(2, Math.max(-1, x)), -3, 4],
  ['Maximum with a number', (x) => tf.maximum(0.5, x), (x) => Math.max(0.5, x), -3, 3],
  ['Minimum with a number', (x) => tf.minimum(x, 0.5), (x) => Math.min(0.5, x), -3, 3],
  ['Abs', tf.abs, Math.abs, -3, 3],
  ['Step', (x) => tf.step(x, 0), (x) => (x > 0 ? 1 : 0), -3, 3],
  ['Sign', tf.sign, Math.sign, -3, 3],
  ['Floor', tf.floor, Math.floor, -3, 3],
  ['Ceil', tf.ceil, Math.ceil, -3, 3],
  ['Round', tf.round, (x) => Math.round(x), -3, 3],
  ['Tan', tf.tan, Math.tan, -1.2, 1.2],
  ['Asin', tf.asin, Math.asin, -0.9, 0.9],
  ['Acos', tf.acos, Math.acos, -0.9, 0.9],
  ['Acosh', tf.acosh, Math.acosh, 1.2, 4],
  ['Atanh', tf.atanh, Math.atanh, -0.8, 0.8],
  ['Pow with a number', (x) => tf.pow(x, 3), (x) => x ** 3, -2, 2],
  ['Pow of a number', (x) => tf.pow(2, x), (x) => 2 ** x, -2, 2],
  ['RealDiv by a number', (x) => tf.div(x, 3), (x) => x / 3, -3, 3],
  ['RealDiv of a number', (x) => tf.div(3, x), (x) => 3 / x, 0.3, 3],
  ['SquaredDifference from a number', (x) => tf.squaredDifference(x, 2), (x) => (x - 2) ** 2, -3, 3],
  ['a where', (x) => tf.where(tf.greater(x, 0), x, tf.mul(x, 0.1)), (x) => (x > 0 ? x : 0.1 * x), -3, 3],
];

const composed: readonly Case[] = [
  ['swish', (x) => tf.mul(x, tf.sigmoid(x)), (x) => x * sigmoid(x), -4, 4],
  [
    'gelu',
    (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.div(x, Math.SQRT2)))),
    (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    -2.5,
    2.5,
  ],
  ['mish', (x) => tf.mul(x, tf.tanh(tf.softplus(x))), (x) => x * Math.tanh(Math.log1p(Math.exp(x))), -4, 4],
  ['softsign', (x) => tf.div(x, tf.add(tf.abs(x), 1)), (x) => x / (1 + Math.abs(x)), -4, 4],
  [
    'hard sigmoid',
    (x) => tf.clipByValue(tf.add(0.5, tf.mul(0.2, x)), 0, 1),
    (x) => Math.min(1, Math.max(0, 0.5 + 0.2 * x)),
    -4,
    4,
  ],
];

const points = (seed: number, low: number, high: number): number[] =>
  rounded([...seededNumbers(seed, 40)].map((u) => low + ((u + 1) / 2) * (high - low)));

/** max |m − Δy/Δx| over the largest |Δy/Δx|, against float64. */
async function worst([, run, f]: Case, x: number[], x0: number[]): Promise<number> {
  const [found = []] = await multipliers(run, [x], [x0]);
  const expected = x.map((value, i) => (f(value) - f(x0[i] ?? 0)) / (value - (x0[i] ?? 0)));
  const errors = expected.map((slope, i) => Math.abs(slope - (found[i] ?? Number.NaN)));
  return Math.max(...errors) / Math.max(...expected.map(Math.abs));
}

onEachBackend('on %s, the multiplier is Δy/Δx', (backend) => {
  beforeAll(() => openBackend(backend));

  test.each([...exact, ...smooth, ...bent, ...composed])('of %s, far from the baseline', async (...of) => {
    const [, , , low, high] = of;
    const [x, x0] = [points(1, low, high), points(2, low, high)];
    // Only pairs that are well apart: closer ones are the next test's.
    const apart = x.flatMap((value, i) => (Math.abs(value - (x0[i] ?? 0)) > 0.1 * (high - low) ? [i] : []));
    const of2 = (values: number[]) => apart.map((i) => values[i] ?? 0);
    expect(await worst(of, of2(x), of2(x0))).toBeLessThan(5e-6);
  });

  test.each(exact)('of %s, at any distance from the baseline', async (...of) => {
    const [, , , low, high] = of;
    for (const distance of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) {
      const x0 = points(3, low + 0.1, high - 0.1).filter((value) => Math.abs(value) > 1e-2);
      const x = rounded(x0.map((value) => value + distance * Math.abs(value)));
      expect(await worst(of, x, x0)).toBeLessThan(5e-6);
    }
  });

  test.each(smooth)('of %s, at any distance from the baseline, up to rounding', async (...of) => {
    const [, , , low, high] = of;
    for (const distance of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) {
      const x0 = points(3, low + 0.1, high - 0.1);
      const x = rounded(x0.map((value) => value + distance * Math.abs(value)));
      // Two roundings of numbers up to 4, over the distance of 1e-2 from which on the difference is taken.
      expect(await worst(of, x, x0)).toBeLessThan(5e-5);
    }
  });
});

/** Finite at an end where their slope is not. */
const steep: readonly (readonly [name: string, run: Case[1], f: Case[2], end: number, within: number[]])[] = [
  ['a square root', tf.sqrt, Math.sqrt, 0, [0.25, 0.5, 1]],
  ['a power', (x) => tf.pow(x, 0.5), Math.sqrt, 0, [0.25, 0.5, 1]],
  ['an arc sine', tf.asin, Math.asin, 1, [-0.5, 0.25, 0.5]],
  ['an arc cosine', tf.acos, Math.acos, -1, [-0.5, 0.25, 0.5]],
  ['an inverse hyperbolic cosine', tf.acosh, Math.acosh, 1, [1.5, 2, 3]],
  ['an angle', (x) => tf.atan2(x, 0), (x) => Math.atan2(x, 0), 0, [-0.5, 0.5, 1]],
];

onEachBackend('on %s, where the slope is not finite, the multiplier', (backend) => {
  beforeAll(() => openBackend(backend));

  const ways = [{}, { epsilon: 1e-3 }, { rule: 'reveal-cancel' }] as const;
  test.each(steep)('of %s is Δy/Δx all the same', async (_, run, f, end, within) => {
    const ends = within.map(() => end);
    for (const options of ways) {
      for (const [x, x0] of [
        [ends, within],
        [within, ends],
      ] as const) {
        const [found = []] = await multipliers(run, [x], [x0], options);
        for (const [i, value] of within.entries()) {
          const expected = (f(value) - f(end)) / (value - end);
          expect(Math.abs((found[i] ?? Number.NaN) - expected)).toBeLessThan(1e-4 * Math.abs(expected));
        }
      }
    }
  });

  test.each(steep)('of %s is 0 if nothing moves', async (_, run, _f, end) => {
    for (const options of ways) expect((await multipliers(run, [[end]], [[end]], options))[0]?.[0]).toBeCloseTo(0, 10);
  });

  test('of a small power is Δy/Δx too, where the slope is larger than any of them', async () => {
    const end = 1e-25; // the slope is 3e21
    const [found] = await multipliers((x) => tf.pow(x, 0.1), [[end]], [[0.5]]);
    expect(found?.[0]).toBeCloseTo((0.5 ** 0.1 - end ** 0.1) / (0.5 - end), 4);
  });

  test('of a base is what it does in both orders, if its exponent changes too', async () => {
    const [[base] = []] = await multipliers(tf.pow, [[0], [0.5]], [[0.25], [1]]);
    // 0.25¹ is 0.25, and √0.25 is 0.5.
    expect(base).toBeCloseTo((0.25 + 0.5) / 2 / 0.25, 5);
  });
});

describe('the multiplier is the gradient', () => {
  beforeAll(() => openBackend('cpu'));

  const jumps = /^(Step|Sign|Floor|Ceil|Round)$/;
  test.each([...exact, ...smooth, ...bent, ...composed])('of %s where nothing moves', async (...of) => {
    const [name, run, f, low, high] = of;
    const x = points(4, low + 0.05, high - 0.05);
    const [found = []] = await multipliers(run, [x], [x]);
    const h = 1e-5;
    for (const [i, value] of x.entries()) {
      const slope = jumps.test(name) ? 0 : (f(value + h) - f(value - h)) / (2 * h);
      expect(Math.abs((found[i] ?? Number.NaN) - slope)).toBeLessThan(1e-3 * Math.max(1, Math.abs(slope)));
    }
  });

  test.each([...exact, ...smooth, ...bent].filter(([name]) => !/RealDiv|SquaredDifference|where/.test(name)))(
    'of %s where less than epsilon moves, and Δy/Δx elsewhere',
    async (...of) => {
      const [, run, f, low, high] = of;
      const [x0] = points(5, low + 0.4 * (high - low), low + 0.5 * (high - low));
      const moved = 0.2 * (high - low);
      const x = [Math.fround((x0 ?? 0) + moved)];
      const [below = []] = await multipliers(run, [x], [[x0 ?? 0]], { epsilon: moved * 1.01 });
      const [here = []] = await multipliers(run, [x], [x]);
      expect(below[0]).toBeCloseTo(here[0] ?? Number.NaN, 5);
      const [above = []] = await multipliers(run, [x], [[x0 ?? 0]], { epsilon: moved * 0.99 });
      expect(above[0]).toBeCloseTo((f(x[0] ?? 0) - f(x0 ?? 0)) / ((x[0] ?? 0) - (x0 ?? 0)), 4);
    },
  );

  test('of a square root, but 0 rather than infinite where both are 0', async () => {
    expect(await multipliers(tf.sqrt, [[0, 4]], [[0, 0]])).toEqual([[0, 0.5]]);
  });
});
