import { cast, gather, memory, mul, square, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute, layer, tap } from '@vitrum/core';
import { closeTo, denseToy, describeMethod, openBackend, seeded } from '@vitrum/testing';
import { own } from '@vitrum/testing/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import { overSeeds } from '../test/spread';
import { deepLift } from './deep-lift/deep-lift';
import { gradient } from './gradient';
import { integratedGradients } from './integrated-gradients';
import type { NoiseOptions } from './noise';
import { saliency } from './saliency';
import { smoothGrad } from './smooth-grad';
import { smoothGradSquared } from './smooth-grad-squared';
import { varGrad } from './var-grad';

const wrappers = { smoothGrad, smoothGradSquared, varGrad };

const few: NoiseOptions = { samples: 3, noise: 0.2 };
describeMethod('smoothGrad of the gradient', () => smoothGrad(gradient(), few));
describeMethod('smoothGradSquared of the gradient', () => smoothGradSquared(gradient(), few));
describeMethod('varGrad of the gradient', () => varGrad(gradient(), few), {
  except: {
    'gives finite numbers, not all of them zero': 'the toys are linear between kinks: there the gradient does not vary',
  },
});
describeMethod('smoothGrad of deepLift', () => smoothGrad(deepLift(), few), { backends: ['cpu'], models: ['dense'] });
describeMethod('smoothGrad of smoothGrad', () => smoothGrad(smoothGrad(saliency(), { samples: 2 }), { samples: 2 }), {
  backends: ['cpu'],
  models: ['dense'],
});

beforeAll(() => openBackend('cpu'));

/** S = Σ w x³: the gradient 3 w x² varies over noise σ as known: E = 3w(x² + σ²). */
const weights = [1, -2, 0.5];
const cubes = (x: Tensor): Tensor => sum(mul(mul(x, square(x)), weights), 1, true);
const x = () =>
  tensor([
    [1, -2, 3],
    [0.5, 0.25, -1],
  ]); // prettier-ignore

describe('over Gaussian noise', () => {
  const sigma = 0.3;
  const numbers = [1, -2, 3, 0.5, 0.25, -1];
  const slope = (i: number) => 3 * (weights[i % 3] ?? 0);
  // Moments of (x + σz)²: E = x² + σ², E² + Var, Var = 4x²σ² + 2σ⁴.
  const mean = numbers.map((v, i) => slope(i) * (v ** 2 + sigma ** 2));
  const variance = numbers.map((v, i) => slope(i) ** 2 * (4 * v ** 2 * sigma ** 2 + 2 * sigma ** 4));
  const expected: Record<keyof typeof wrappers, number[]> = {
    smoothGrad: mean,
    smoothGradSquared: mean.map((m, i) => m ** 2 + (variance[i] ?? 0)),
    varGrad: variance,
  };

  test.each(Object.entries(wrappers))('%s is the known moment of the gradient', async (name, wrap) => {
    const why = await attribute(cubes, x(), {
      method: wrap(gradient(), { samples: 4000, noise: sigma }),
      batchSize: 500,
    });
    const [values, errors] = [await why.values.data(), await (why.standardError as Tensor).data()]; // it samples
    for (const [i, value] of values.entries()) {
      const exact = expected[name as keyof typeof wrappers][i] ?? Number.NaN; // `test.each` widens the key
      expect(Math.abs(value - exact)).toBeLessThan(5 * (errors[i] ?? 0));
      expect(errors[i]).toBeLessThan(0.1 * Math.abs(exact));
    }
    why.dispose();
  });

  test.each(Object.entries(wrappers))(
    '%s reports a standard error within twice the spread over seeds',
    async (_, wrap) => {
      const method = wrap(gradient(), { samples: 60, noise: sigma });
      const { spread, reported } = await overSeeds((seed) => attribute(cubes, x(), { method, seed, batchSize: 60 }));
      for (const [i, error] of reported.entries()) {
        expect(error / (spread[i] ?? 0)).toBeGreaterThan(0.5);
        expect(error / (spread[i] ?? 0)).toBeLessThan(2);
      }
    },
  );
});

test('without noise they are the method, its square, and nothing', async () => {
  const plain = own((await attribute(cubes, x(), { method: integratedGradients() })).values);
  const none = { samples: 3, noise: 0 };
  const expected = { smoothGrad: plain, smoothGradSquared: own(square(plain)), varGrad: own(mul(plain, 0)) };
  for (const [name, wrap] of Object.entries(wrappers)) {
    const why = await attribute(cubes, x(), { method: wrap(integratedGradients(), none) });
    await closeTo(why.values, expected[name as keyof typeof wrappers]); // a key of both
    await closeTo(why.standardError as Tensor, own(mul(plain, 0)), { absolute: 1e-5 });
    why.dispose();
  }
});

test('one sample has no standard error', async () => {
  const why = await attribute(cubes, x(), { method: smoothGrad(gradient(), { samples: 1 }) });
  expect(why.standardError).toBeUndefined();
  why.dispose();
});

test('target and baseline stay those of the clean input', async () => {
  // Noise makes either class the larger one; on the clean input it is the second.
  const model = (x: Tensor): Tensor => mul(x, [[1, 2]]);
  const method = smoothGrad(integratedGradients({ steps: 2 }), { samples: 200, noise: 3 });
  const why = await attribute(model, tensor([[1, 1]]), { method, baseline: 0.5 });
  const [first, second] = await why.values.data();
  expect(why.target).toMatchObject({ description: expect.stringContaining('1') });
  expect(first).toBe(0);
  // 2 · (1 + mean noise − 0.5)
  expect(Math.abs((second ?? 0) - 1)).toBeLessThan(5 * ((await (why.standardError as Tensor).data())[1] ?? 0));
  why.dispose();
});

test('the noise is at the inputs, in the units of each', async () => {
  const model = (a: Tensor, b: Tensor) => tap('sum', sum(mul(a, b), 1, true));
  const inputs = [tensor([[2, 3]]), tensor([[5, 7]])];
  // The gradient of each is the other, so its variance is the other's noise, squared.
  const method = varGrad(gradient(), { samples: 3000, noise: [0, 0.5] });
  const why = await attribute(model, inputs, { method, batchSize: 500 });
  const [toA, toB] = await Promise.all(why.values.map(async (values) => [...(await values.data())]));
  for (const value of toA ?? []) expect(Math.abs(value - 0.25)).toBeLessThan(0.04);
  expect(toB).toEqual([0, 0]);
  const inside = await attribute(model, inputs, {
    method: smoothGrad(gradient(), { noise: [0, 0.5] }),
    at: layer('sum'),
  });
  expect([...(await (inside.values as unknown as Tensor).data())]).toEqual([1]); // one tensor there
  for (const one of [why, inside]) one.dispose();
});

test.each([
  [{ noise: -1 }, 'noise -1'],
  [{ noise: Number.NaN }, 'noise NaN'],
  [{ noise: [1, 2] }, 'noise [1, 2]'],
] as const)('refuses the options %o', async (options: NoiseOptions, got) => {
  const method = smoothGrad(gradient(), options);
  await expect(attribute(cubes, x(), { method })).rejects.toMatchObject({
    code: 'option',
    message: expect.stringContaining(got),
  });
});
test.each([0, -1, 1.5, Number.NaN])('refuses %s samples', (samples) => {
  expect(() => smoothGrad(gradient(), { samples })).toThrow(/samples/);
});

test('refuses noise on integers, and takes them without', async () => {
  const table = tensor([[1], [2], [3]]);
  const model = (ids: Tensor) => sum(tap('vectors', gather(table, cast(ids, 'int32'))), [1, 2]);
  const ids = tensor([[0, 2]], [1, 2], 'int32');
  const options = { at: layer('vectors'), target: (outputs: readonly Tensor[]) => outputs[0] as Tensor };
  await expect(attribute(model, ids, { ...options, method: smoothGrad(gradient()) })).rejects.toMatchObject({
    code: 'inputs',
  });
  const why = await attribute(model, ids, { ...options, method: smoothGrad(gradient(), { noise: [0] }) });
  await closeTo(why.values, { shape: [1, 2, 1], values: [1, 1] });
  why.dispose();
});

test('draws the same on every backend, and gives the same bits for the same seed', async () => {
  const results: Record<'cpu' | 'wasm', Float32Array[]> = { cpu: [], wasm: [] };
  for (const backend of ['cpu', 'wasm'] as const) {
    await openBackend(backend);
    for (const seed of [3, 3, 4]) {
      const why = await attribute(cubes, x(), { method: smoothGrad(gradient(), { noise: 0.5 }), seed });
      results[backend].push(Float32Array.from(await why.values.data()));
      why.dispose();
    }
  }
  for (const [first, again, other] of Object.values(results)) {
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  }
  await closeTo(results.cpu[0] ?? [], results.wasm[0] ?? [Number.NaN]);
  await openBackend('cpu');
});

test('passes on the notes of the method, and keeps what it samples from being kept', async () => {
  let most = 0;
  const noted: AttributionMethod = {
    ...gradient(),
    async attribute(probe) {
      most = Math.max(most, memory().numTensors);
      return { ...(await gradient().attribute(probe)), notes: ['a note'] };
    },
  };
  const toy = denseToy();
  const inputs = seeded(1, [2, ...toy.inputShape]);
  const held = async (samples: number) => {
    most = 0;
    const why = await attribute(toy.model, inputs, { method: smoothGrad(noted, { samples }), target: 1, batchSize: 4 });
    expect(why.notes).toEqual(['a note']);
    why.dispose();
    return most;
  };
  await held(4);
  const few = await held(4);
  expect(await held(400)).toBeLessThanOrEqual(few);
  toy.dispose();
});
