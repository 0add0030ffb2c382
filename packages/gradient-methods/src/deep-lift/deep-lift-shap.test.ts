import { mul, slice, type Tensor, tanh, tensor } from '@tensorflow/tfjs-core';
import { attribute, distribution, layer, tap } from '@vitrum/core';
import { closeTo, describeMethod, openBackend, seeded } from '@vitrum/testing';
import { own } from '@vitrum/testing/internal';
import { beforeAll, expect, test } from 'vitest';
import { deepLift } from './deep-lift';
import { deepLiftShap } from './deep-lift-shap';

describeMethod('deepLiftShap', deepLiftShap, { baseline: (like) => distribution(seeded(61, [3, ...like])) });

beforeAll(() => openBackend('cpu'));

const model = (x: Tensor): Tensor => mul(tap('inside', tanh(x)), tanh(mul(x, [[1, 2, -1]])));

test('is the mean of DeepLIFT over every row, with the spread of the mean, and the mean score there', async () => {
  const [x, rows] = [seeded(1, [2, 3]), seeded(2, [5, 3])];
  for (const at of [undefined, layer('inside')]) {
    const options = { target: 1, ...(at && { at }) };
    const each: number[][] = [];
    const scores: number[][] = [];
    for (let row = 0; row < 5; row++) {
      const one = await attribute(model, x, {
        ...options,
        method: deepLift(),
        baseline: own(slice(rows, [row, 0], [1, 3])),
      });
      each.push([...(await one.values.data())]);
      scores.push([...(one.baselineScore ?? [])]);
      one.dispose();
    }
    const mean = (all: number[][], i: number) => all.reduce((sum, values) => sum + (values[i] ?? 0), 0) / all.length;
    const error = (i: number) =>
      Math.sqrt(each.reduce((sum, values) => sum + ((values[i] ?? 0) - mean(each, i)) ** 2, 0) / (5 * 4));
    for (const batchSize of [1, 3, 'auto'] as const) {
      const why = await attribute(model, x, {
        ...options,
        method: deepLiftShap(),
        baseline: distribution(rows),
        batchSize,
      });
      await closeTo(why.values, { shape: [2, 3], values: [...Array(6).keys()].map((i) => mean(each, i)) });
      await closeTo(why.standardError as Tensor, { shape: [2, 3], values: [...Array(6).keys()].map(error) });
      await closeTo(
        why.baselineScore ?? [],
        [0, 1].map((example) => mean(scores, example)),
      );
      if (!at) for (const delta of why.convergenceDelta ?? [Number.NaN]) expect(Math.abs(delta)).toBeLessThan(1e-5);
      why.dispose();
    }
  }
});

test('pairs the rows of several inputs, which must be as many', async () => {
  const product = (a: Tensor, b: Tensor) => mul(a, b);
  const inputs = [tensor([[2]]), tensor([[3]])];
  const [a, b] = [distribution(tensor([[0], [1]])), distribution(tensor([[10], [20]]))];
  const why = await attribute(product, inputs, { method: deepLiftShap(), baseline: [a, b] });
  // Δa · mean(b): 2 · 6.5 and 1 · 11.5; mean(a) · Δb: 1 · −7 and 1.5 · −17.
  await closeTo(why.values[0] as Tensor, { shape: [1, 1], values: [(13 + 11.5) / 2] });
  await closeTo(why.values[1] as Tensor, { shape: [1, 1], values: [(-7 - 25.5) / 2] });
  expect(why.baselineScore).toEqual(Float32Array.of(10));
  why.dispose();
  const three = distribution(tensor([[1], [2], [3]]));
  await expect(attribute(product, inputs, { method: deepLiftShap(), baseline: [a, three] })).rejects.toMatchObject({
    code: 'baseline',
    message: expect.stringContaining('2, 3 rows'),
  });
});

test('of one row has no standard error', async () => {
  const why = await attribute(model, seeded(1, [2, 3]), {
    method: deepLiftShap(),
    baseline: distribution(seeded(2, [1, 3])),
    target: 0,
  });
  expect(why.standardError).toBeUndefined();
  why.dispose();
});

test('needs a distribution', async () => {
  await expect(attribute(model, seeded(1, [2, 3]), { method: deepLiftShap(), target: 0 })).rejects.toMatchObject({
    code: 'baseline',
  });
});
