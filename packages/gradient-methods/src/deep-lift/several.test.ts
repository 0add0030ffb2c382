import * as tf from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import { closeTo, onEachBackend, openBackend, seeded, seededNumbers } from '@vitrum/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { multipliers, rounded } from '../../test/multipliers';
import { gradient } from '../gradient';
import { type DeepLiftOptions, deepLift } from './deep-lift';

const totalOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const productOf = (values: readonly number[]) => values.reduce((a, b) => a * b, 1);
const draw = (seed: number, size: number) => rounded([...seededNumbers(seed, size)].map((u) => 2 * u));

function orders(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) => orders(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));
}

/** Each factor's mean gain over all orders of changing, divided by its move. */
function slowProduct(x: readonly number[], x0: readonly number[]): number[] {
  const gains = x.map(() => 0);
  const all = orders([...x.keys()]);
  for (const order of all) {
    const now = [...x0];
    for (const i of order) {
      const before = productOf(now);
      now[i] = x[i] ?? 0;
      gains[i] = (gains[i] ?? 0) + (productOf(now) - before) / all.length;
    }
  }
  return gains.map((gain, i) => gain / ((x[i] ?? 0) - (x0[i] ?? 0)));
}

/** Whether all that the model does is shared out, without a note; gives the values. */
async function complete(
  model: (...inputs: tf.Tensor[]) => tf.Tensor,
  x: tf.Tensor[],
  baseline: tf.Tensor[],
  options: DeepLiftOptions = {},
): Promise<void> {
  const why = await attribute(model, x, { method: deepLift({ strict: true, ...options }), baseline, target: 0 });
  const scale = Math.max(1, ...[...why.score].map(Math.abs));
  for (const delta of why.convergenceDelta ?? [Number.NaN]) expect(Math.abs(delta)).toBeLessThan(1e-4 * scale);
  for (const values of why.values) expect([...(await values.data())].some((value) => value !== 0)).toBe(true);
  why.dispose();
}

onEachBackend('on %s,', (backend) => {
  beforeAll(() => openBackend(backend));

  test.each([2, 3, 4, 5, 6])('a product of %d factors gives each its Shapley value', async (count) => {
    const [x, x0] = [draw(count, count), draw(count + 20, count)];
    x[1] = 0; // without dividing by it
    const [found = []] = await multipliers((t) => tf.prod(t, 1, true), [x], [x0]);
    for (const [i, expected] of slowProduct(x, x0).entries()) expect(found[i]).toBeCloseTo(expected, 4);
  });

  test('running products give each factor its part of every product it is in', async () => {
    const [x, x0] = [draw(1, 4), draw(2, 4)];
    const [found = []] = await multipliers((t) => tf.cumprod(t, 1), [x], [x0]);
    const parts = x.map((_, last) => slowProduct(x.slice(0, last + 1), x0.slice(0, last + 1)));
    x.forEach((_, i) => {
      expect(found[i]).toBeCloseTo(totalOf(parts.map((part) => part[i] ?? 0)), 4);
    });
  });

  const lrn = (x: tf.Tensor) =>
    tf.localResponseNormalization(tf.reshape(x, [-1, 1, 1, 6]) as tf.Tensor4D, 1, 0.7, 2, 0.6); // four dims
  const written = (x: tf.Tensor) => {
    const band = tf.tensor2d(
      [...Array(36)].map((_, i) => Number(Math.abs((i % 6) - Math.floor(i / 6)) <= 1)),
      [6, 6],
    );
    const sums = tf.matMul(tf.square(x) as tf.Tensor2D, band);
    return tf.mul(x, tf.pow(tf.add(tf.mul(sums, 2), 0.7), -0.6));
  };
  const weighted = (f: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) =>
    tf.reshape(tf.sum(tf.mul(tf.reshape(f(x), [-1, 6]), tf.tensor([1, -2, 3, 0.5, -1, 2])), 1), [-1, 1]);

  test('a normalization over channels is the same in one kernel as in many, and shares out all that it does', async () => {
    const [x, baseline] = [seeded(1, [3, 6]), seeded(2, [3, 6])];
    await complete(weighted(lrn), [x], [baseline]);
    const [one, many] = [
      await attribute(weighted(lrn), x, { method: deepLift(), baseline }),
      await attribute(weighted(written), x, { method: deepLift(), baseline }),
    ];
    await closeTo(one.values, many.values, { relative: 1e-4 });
    for (const why of [one, many]) why.dispose();
  });

  test('and has its gradient as multiplier where nothing moves', async () => {
    const x = seeded(1, [2, 6]);
    const [still, plain] = [
      await attribute(weighted(lrn), x, { method: deepLift({ multiplyByInputs: false }), baseline: x }),
      await attribute(weighted(lrn), x, { method: gradient() }),
    ];
    await closeTo(still.values, plain.values, { relative: 1e-4 });
    for (const why of [still, plain]) why.dispose();
  });

  test('operations on volumes share out all that they do', async () => {
    const filter = () => seeded(3, [2, 2, 2, 2, 3]) as tf.Tensor5D; // five dims
    const model = (x: tf.Tensor) => tf.mean(tf.relu(tf.conv3d(x as tf.Tensor5D, filter(), 1, 'valid')), [1, 2, 3]);
    const [x, baseline] = [seeded(4, [2, 3, 3, 3, 2]), seeded(5, [2, 3, 3, 3, 2])];
    for (const rule of ['rescale', 'reveal-cancel'] as const) await complete(model, [x], [baseline], { rule });
  });
});

// Not on wasm, whose kernel makes 0 of a window that is below 0.
onEachBackend(
  'a pool of volumes, on %s,',
  (backend) => {
    beforeAll(() => openBackend(backend));

    test('one deep is a pool of planes', async () => {
      const [x, x0] = [draw(1, 32), draw(2, 32)];
      const planes = (t: tf.Tensor) => tf.maxPool(tf.reshape(t, [1, 4, 4, 2]) as tf.Tensor4D, 2, 1, 'valid');
      const volumes = (t: tf.Tensor) =>
        tf.maxPool3d(tf.reshape(t, [1, 1, 4, 4, 2]) as tf.Tensor5D, [1, 2, 2], 1, 'valid');
      const flat = (f: (t: tf.Tensor) => tf.Tensor) => (t: tf.Tensor) => tf.reshape(f(t), [1, 18]);
      const [[one = []], [other = []]] = [
        await multipliers(flat(volumes), [x], [x0]),
        await multipliers(flat(planes), [x], [x0]),
      ];
      for (const [i, value] of other.entries()) expect(one[i]).toBeCloseTo(value, 5);
    });
  },
  ['cpu', 'node'],
);

describe('what is linear in each of two inputs', () => {
  beforeAll(() => openBackend('cpu'));

  test('a convolution with a filter that changes is the product of matrices that it is', async () => {
    const asProduct = (x: tf.Tensor, w: tf.Tensor) =>
      tf.reshape(tf.matMul(tf.reshape(x, [4, 3]), tf.reshape(w, [3, 2])), [1, 8]);
    const asConvolution = (x: tf.Tensor, w: tf.Tensor) => {
      const filter = tf.reshape(w, [1, 1, 3, 2]) as tf.Tensor4D; // four dims
      return tf.reshape(tf.conv2d(tf.reshape(x, [1, 2, 2, 3]) as tf.Tensor4D, filter, 1, 'valid'), [1, 8]);
    };
    const [x, x0] = [
      [draw(1, 12), draw(2, 6)],
      [draw(3, 12), draw(4, 6)],
    ] as const;
    for (const rule of ['rescale', 'reveal-cancel'] as const) {
      const found = await multipliers(asConvolution, x, x0, { rule });
      const expected = await multipliers(asProduct, x, x0);
      for (const [i, values] of expected.entries())
        for (const [j, value] of values.entries()) expect(found[i]?.[j]).toBeCloseTo(value, 4);
    }
  });
});

describe('what is linear, its places fixed,', () => {
  beforeAll(() => openBackend('cpu'));
  const ids = () => tf.tensor1d([0, 2, 0, 1, 2], 'int32');
  const models: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
    'sums of segments': (x) => tf.reshape(tf.unsortedSegmentSum(tf.reshape(x, [5]), ids(), 3), [1, 3]),
    'a weighted count': (x) => tf.reshape(tf.denseBincount(ids(), tf.reshape(x, [5]) as tf.Tensor1D, 3), [1, 3]),
    'a crop': (x) => {
      const picture = tf.reshape(x, [1, 5, 1, 1]) as tf.Tensor4D; // four dims
      return tf.reshape(
        tf.image.cropAndResize(picture, tf.tensor2d([[0.1, 0, 0.8, 1]]), tf.tensor1d([0], 'int32'), [3, 1]),
        [1, 3],
      );
    },
    'a Fourier transform': (x) => tf.real(tf.fft(tf.complex(x, tf.zerosLike(x)))),
  };
  test.each(Object.entries(models))('%s, has its gradient as multiplier', async (_, model) => {
    const [x, baseline] = [seeded(1, [1, 5]), seeded(2, [1, 5])];
    for (const rule of ['rescale', 'reveal-cancel'] as const) await complete(model, [x], [baseline], { rule });
  });
});

test('a dilation gives what it adds to its filter as a maximum does, and notes a filter that changes too', async () => {
  await openBackend('cpu');
  const [x, x0] = [draw(1, 6), draw(2, 6)];
  const filter = [0.3, -0.2, 0.4];
  const dilated = (t: tf.Tensor, f: tf.Tensor) => {
    const [picture, window] = [tf.reshape(t, [1, 6, 1, 1]) as tf.Tensor4D, tf.reshape(f, [3, 1, 1]) as tf.Tensor3D]; // as many dims
    return tf.reshape(tf.dilation2d(picture, window, 1, 'valid'), [1, 4]);
  };
  const written = (t: tf.Tensor) =>
    tf.concat(
      [0, 1, 2, 3].map((i) => tf.max(tf.add(tf.slice(t, [0, i], [1, 3]), tf.tensor(filter)), 1, true)),
      1,
    );
  const [[one = []], [other = []]] = [
    await multipliers((t) => dilated(t, tf.tensor(filter)), [x], [x0]),
    await multipliers(written, [x], [x0]),
  ];
  for (const [i, value] of other.entries()) expect(one[i]).toBeCloseTo(value, 5);
  const why = await attribute(dilated, [tf.tensor([x]), tf.tensor([filter])], { method: deepLift(), target: 0 });
  expect(why.notes).toEqual(['There is no rule for Dilation2D: its plain gradient was used.']);
  why.dispose();
});

describe('the k largest', () => {
  beforeAll(() => openBackend('cpu'));

  const element = fc.integer({ min: -8, max: 8 }).map((n) => n / 4);
  const rows = fc.array(fc.tuple(element, element), { minLength: 3, maxLength: 6 });
  const weights = [1, -2, 3];
  const largest = (k: number) => (x: tf.Tensor) => tf.mul(tf.topk(x, k).values, tf.tensor(weights.slice(0, k)));
  const ranked = (x: readonly number[]) => [...x.keys()].sort((a, b) => (x[b] ?? 0) - (x[a] ?? 0) || a - b);

  /** The mean of both ends for each rank; what it misses of the move goes to who holds a rank, by the square of their moves. */
  function slowLargest(x: readonly number[], x0: readonly number[], k: number): number[] {
    const moved = x.map((value, i) => value - (x0[i] ?? 0));
    const [order, order0] = [ranked(x).slice(0, k), ranked(x0).slice(0, k)];
    const holders = new Set([...order, ...order0]);
    const size = totalOf([...holders].map((i) => (moved[i] ?? 0) ** 2));
    const found = x.map(() => 0);
    order.forEach((now, rank) => {
      const before = order0[rank] ?? 0;
      const weight = weights[rank] ?? 0;
      const missing = (x[now] ?? 0) - (x0[before] ?? 0) - ((moved[now] ?? 0) + (moved[before] ?? 0)) / 2;
      for (const i of [now, before]) found[i] = (found[i] ?? 0) + weight / 2;
      if (size > 0) for (const i of holders) found[i] = (found[i] ?? 0) + (weight * missing * (moved[i] ?? 0)) / size;
    });
    return found;
  }

  test('share out all that they do among who is one of them on the input or the reference', () =>
    fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 2, max: 3 }), async (pairs, k) => {
        const [x, x0] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const [found = []] = await multipliers(largest(k), [x], [x0]);
        for (const [i, expected] of slowLargest(x, x0, k).entries()) expect(found[i]).toBeCloseTo(expected, 4);
        const scoreOf = (values: readonly number[]) =>
          totalOf(
            ranked(values)
              .slice(0, k)
              .map((i, rank) => (values[i] ?? 0) * (weights[rank] ?? 0)),
          );
        const carried = totalOf(found.map((m, i) => m * ((x[i] ?? 0) - (x0[i] ?? 0))));
        expect(carried).toBeCloseTo(scoreOf(x) - scoreOf(x0), 4);
      }),
      { numRuns: 60 },
    ));

  test.each([2 ** -100, 2 ** -53, 2 ** 66, 2 ** 100])('have the same multipliers in units of %d', async (unit) => {
    // Who is largest, and who is not, changes on the way.
    const [x, x0] = [
      [1, 4, -2, 3, 0.5],
      [2, -1, 3, 2.5, 0.5],
    ];
    const scaled = (values: readonly number[]) => values.map((value) => value * unit);
    const [found = []] = await multipliers(largest(3), [scaled(x)], [scaled(x0)]);
    for (const [i, expected] of slowLargest(x, x0, 3).entries()) expect(found[i]).toBeCloseTo(expected, 4);
  });

  test('of one are a maximum', () =>
    fc.assert(
      fc.asyncProperty(rows, async (pairs) => {
        const [x, x0] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const [[one = []], [other = []]] = [
          await multipliers((t) => tf.topk(t, 1).values, [x], [x0]),
          await multipliers((t) => tf.max(t, 1, true), [x], [x0]),
        ];
        for (const [i, value] of other.entries()) expect(one[i]).toBeCloseTo(value, 5);
      }),
      { numRuns: 30 },
    ));
});
