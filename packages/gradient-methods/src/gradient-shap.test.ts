import { memory, mul, square, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { attribute, distribution, layer, type Probe, tap } from '@vitrum/core';
import { closeTo, describeMethod, openBackend, seeded } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { overSeeds } from '../test/spread';
import { gradientShap } from './gradient-shap';

describeMethod('gradientShap', () => gradientShap({ samples: 4 }), {
  baseline: (like) => distribution(seeded(60, [3, ...like])),
});

beforeAll(() => openBackend('cpu'));

const weights = [1, -2, 0.5];
const cubes = (x: Tensor): Tensor => sum(mul(mul(x, square(x)), weights), 1, true);
const numbers = [1, -2, 3];
const x = () => tensor([numbers]);
const batchSize = 2000;
const rows = [
  [0, 0, 0],
  [1, -1, 2],
  [-1, 0.5, 4],
]; // prettier-ignore
const baseline = () => distribution(tensor(rows));
const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('its expectation is known for a cube:', () => {
  // ∫ 3 (b + α (x − b))² dα (x − b) = x³ − b³
  const exact = numbers.map((v, i) => (weights[i] ?? 0) * average(rows.map((row) => v ** 3 - (row[i] ?? 0) ** 3)));

  test('the mean of x³ − b³ over the rows', async () => {
    const why = await attribute(cubes, x(), {
      method: gradientShap({ samples: 20_000 }),
      baseline: baseline(),
      batchSize,
    });
    const [values, errors] = [await why.values.data(), await (why.standardError as Tensor).data()]; // it samples
    for (const [i, value] of values.entries()) {
      expect(Math.abs(value - (exact[i] ?? 0))).toBeLessThan(5 * (errors[i] ?? 0));
      expect(errors[i]).toBeLessThan(0.15);
    }
    expect(why.convergenceDelta).toBeUndefined();
    why.dispose();
  });

  test('without multiplyByInputs, of x² + xb + b²', async () => {
    const method = gradientShap({ samples: 20_000, multiplyByInputs: false });
    const why = await attribute(cubes, x(), { method, baseline: baseline(), batchSize });
    const [values, errors] = [await why.values.data(), await (why.standardError as Tensor).data()];
    for (const [i, value] of values.entries()) {
      const mean = average(
        rows.map((row) => (numbers[i] ?? 0) ** 2 + (numbers[i] ?? 0) * (row[i] ?? 0) + (row[i] ?? 0) ** 2),
      );
      expect(Math.abs(value - (weights[i] ?? 0) * mean)).toBeLessThan(5 * (errors[i] ?? 0));
    }
    why.dispose();
  });

  test('with noise n on x, of (x + n)³ − b³', async () => {
    const noise = 0.4;
    const why = await attribute(cubes, x(), {
      method: gradientShap({ samples: 20_000, noise }),
      baseline: baseline(),
      batchSize,
    });
    const [values, errors] = [await why.values.data(), await (why.standardError as Tensor).data()];
    for (const [i, value] of values.entries()) {
      const expected = (exact[i] ?? 0) + (weights[i] ?? 0) * 3 * (numbers[i] ?? 0) * noise ** 2;
      expect(Math.abs(value - expected)).toBeLessThan(5 * (errors[i] ?? 0));
    }
    why.dispose();
  });

  test('reports a standard error within twice the spread over seeds', async () => {
    const method = gradientShap({ samples: 50 });
    const { spread, reported } = await overSeeds((seed) =>
      attribute(cubes, x(), { method, baseline: baseline(), seed, batchSize: 50 }),
    );
    for (const [i, error] of reported.entries()) {
      expect(error / (spread[i] ?? 0)).toBeGreaterThan(0.5);
      expect(error / (spread[i] ?? 0)).toBeLessThan(2);
    }
  });
});

test('of one row equal to the input gives nothing, exactly', async () => {
  const why = await attribute(cubes, x(), { method: gradientShap(), baseline: distribution(x()) });
  await closeTo(why.values, { shape: [1, 3], values: [0, 0, 0] }, { absolute: 0, relative: 0 });
  why.dispose();
});

test('draws rows independently for every input, and one α for all', async () => {
  const model = (a: Tensor, b: Tensor) => mul(a, b);
  // φ_a = (a − a′)(b′ + α (b − b′)): from the values of a single draw, a′, b′ and α can be told.
  const seen = new Set<string>();
  const found: number[] = [];
  for (let seed = 0; seed < 40; seed++) {
    const why = await attribute(model, [tensor([[10]]), tensor([[100]])], {
      method: gradientShap({ samples: 1 }),
      baseline: [distribution(tensor([[1], [2]])), distribution(tensor([[3], [4]]))],
      seed,
    });
    const [toA = 0, toB = 0] = await Promise.all(why.values.map(async (values) => (await values.data())[0]));
    const fits = [1, 2].flatMap((a0) =>
      [3, 4].flatMap((b0) => {
        const alpha = (toA / (10 - a0) - b0) / (100 - b0);
        const other = (toB / (100 - b0) - a0) / (10 - a0);
        return Math.abs(alpha - other) < 1e-5 && alpha >= 0 && alpha < 1 ? [{ pair: `${a0} ${b0}`, alpha }] : [];
      }),
    );
    expect(fits).toHaveLength(1);
    for (const { pair, alpha } of fits) {
      seen.add(pair);
      found.push(alpha);
    }
    why.dispose();
  }
  expect(seen.size).toBe(4);
  expect(Math.abs(average(found) - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(40));
});

test('at a layer goes between the inputs, and multiplies by the difference there', async () => {
  const model = (x: Tensor) => sum(mul(tap('squares', square(x)), weights), 1, true);
  const options = { method: gradientShap({ samples: 4 }), at: layer('squares') };
  const one = distribution(tensor([[0.5, 1, -1]]));
  const why = await attribute(model, x(), { ...options, baseline: one });
  // The layer's own gradient is the weights, wherever.
  await closeTo(why.values, { shape: [1, 3], values: [1 * (1 - 0.25), -2 * (4 - 1), 0.5 * (9 - 1)] });
  await closeTo(why.standardError as Tensor, { shape: [1, 3], values: [0, 0, 0] });
  why.dispose();
});

test('needs a distribution, and numbers to go between', async () => {
  for (const wrong of [
    undefined,
    0,
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
  ]) // prettier-ignore
    await expect(
      attribute(cubes, x(), { method: gradientShap(), ...(wrong !== undefined && { baseline: wrong }) }),
    ).rejects.toMatchObject({ code: 'baseline', message: expect.stringContaining('distribution') });
  const ids = tensor([[1, 2, 3]], [1, 3], 'int32');
  await expect(
    attribute((x) => tap('floats', mul(x, 2)), ids, {
      method: gradientShap(),
      baseline: distribution(ids),
      at: layer('floats'),
      target: 0,
    }),
  ).rejects.toMatchObject({ code: 'inputs' });
  expect(() => gradientShap({ samples: 0 })).toThrow(/samples/);
});

test('holds one batch, whatever the samples', async () => {
  const [inputs, rows] = [x(), baseline()];
  const held = async (samples: number) => {
    let most = 0;
    const method = gradientShap({ samples });
    async function* counting(this: Probe, ...[copies, draw]: Parameters<Probe['expand']>) {
      for await (const child of this.expand(copies, draw)) {
        most = Math.max(most, memory().numTensors);
        yield child;
      }
    }
    const spying = {
      ...method,
      attribute: (probe: Probe) => method.attribute(Object.create(probe, { expand: { value: counting.bind(probe) } })),
    };
    (await attribute(cubes, inputs, { method: spying, baseline: rows, batchSize: 4 })).dispose();
    return most;
  };
  await held(8);
  const few = await held(8);
  expect(await held(800)).toBeLessThanOrEqual(few);
});
