import * as tf from '@tensorflow/tfjs-core';
import { backendsHere, onEachBackend, openBackend, seededNumbers } from '@vitrum/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { multipliers, type Rows, rounded } from '../../test/multipliers';

type Of2 = readonly [run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, f: (a: number, b: number) => number, low: number];

const product: Of2 = [tf.mul, (a, b) => a * b, -3];
const of2 = {
  Multiply: product,
  RealDiv: [tf.div, (a, b) => a / b, 0.3],
  SquaredDifference: [tf.squaredDifference, (a, b) => (a - b) ** 2, -3],
  Pow: [tf.pow, (a, b) => a ** b, 0.3],
  Atan2: [tf.atan2, Math.atan2, 0.3],
  Mod: [tf.mod, (a, b) => a - b * Math.floor(a / b), 0.3],
  Prelu: [(a, b) => tf.prelu(a, b), (a, b) => (a > 0 ? a : a * b), -3],
  Add: [tf.add, (a, b) => a + b, -3],
  Sub: [tf.sub, (a, b) => a - b, -3],
} satisfies Readonly<Record<string, Of2>>;
const points = (seed: number, low: number): number[] =>
  rounded([...seededNumbers(seed, 30)].map((u) => low + ((u + 1) / 2) * (3 - low)));

/** Each input's mean gain over both orders of changing, divided by its move: two players' Shapley values. */
const inBothOrders = (f: Of2[1], [a, b]: number[], [a0, b0]: number[]): [number, number] => {
  const at = (x: number | undefined, y: number | undefined) => f(x ?? 0, y ?? 0);
  return [
    (at(a, b0) - at(a0, b0) + at(a, b) - at(a0, b)) / 2 / ((a ?? 0) - (a0 ?? 0)),
    (at(a0, b) - at(a0, b0) + at(a, b) - at(a, b0)) / 2 / ((b ?? 0) - (b0 ?? 0)),
  ];
};

onEachBackend('on %s, two that change share what they do together half and half', (backend) => {
  beforeAll(() => openBackend(backend));

  test.each(Object.entries(of2))('in %s', async (_, [run, f, low]) => {
    const [x, x0] = [[points(1, low), points(2, low)] as const, [points(3, low), points(4, low)] as const];
    const found = await multipliers(run, x, x0);
    x[0].forEach((_, i) => {
      const pair = (rows: Rows) => rows.map((row) => row[i] ?? 0);
      inBothOrders(f, pair(x), pair(x0)).forEach((expected, side) => {
        const got = found[side]?.[i] ?? Number.NaN;
        const moved = Math.abs((x[side as 0 | 1][i] ?? 0) - (x0[side as 0 | 1][i] ?? 0));
        // What float32 leaves of a difference of numbers below 30, over the distance.
        expect(Math.abs(got - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)) + 4e-6 / moved);
      });
    });
  });

  test('also where one is repeated along the other', async () => {
    for (const [run, f] of [product, of2.RealDiv, of2.Pow, of2.SquaredDifference]) {
      const [a, a0, b, b0] = [[0.5, 1.5, 2.5], [1, 1.25, 0.75], [1.75], [0.5]];
      const [first = [], second = []] = await multipliers(run, [a, b], [a0, b0]);
      const expected = a.map((value, i) => inBothOrders(f, [value, b[0] ?? 0], [a0[i] ?? 0, b0[0] ?? 0]));
      for (const [i, [own]] of expected.entries()) expect(first[i]).toBeCloseTo(own, 4);
      expect(second[0]).toBeCloseTo(
        expected.reduce((sum, [, other]) => sum + other, 0),
        4,
      );
    }
  });

  test('in the product of two matrices, entry by entry, transposed or not', async () => {
    const draw = (seed: number, [rows, columns]: readonly [number, number]) => ({
      shape: [1, rows, columns] as const,
      values: rounded([...seededNumbers(seed, rows * columns)]),
    });
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const sizeA = transposeA ? ([3, 2] as const) : ([2, 3] as const);
        const sizeB = transposeB ? ([4, 3] as const) : ([3, 4] as const);
        const [a, a0, b, b0] = [draw(1, sizeA), draw(2, sizeA), draw(3, sizeB), draw(4, sizeB)];
        const model = (x: tf.Tensor, y: tf.Tensor) =>
          tf.reshape(
            tf.matMul(tf.reshape(x, a.shape.slice()), tf.reshape(y, b.shape.slice()), transposeA, transposeB),
            [1, 8],
          );
        const [toA = [], toB = []] = await multipliers(model, [a.values, b.values], [a0.values, b0.values]);
        const at = ({ values, shape }: ReturnType<typeof draw>, i: number, j: number, flip: boolean) =>
          (flip ? values[j * shape[2] + i] : values[i * shape[2] + j]) ?? Number.NaN;
        for (let i = 0; i < 2; i++) {
          for (let k = 0; k < 3; k++) {
            let expected = 0;
            for (let j = 0; j < 4; j++) expected += (at(b, k, j, transposeB) + at(b0, k, j, transposeB)) / 2;
            expect(toA[transposeA ? k * 2 + i : i * 3 + k]).toBeCloseTo(expected, 5);
          }
        }
        for (let k = 0; k < 3; k++) {
          for (let j = 0; j < 4; j++) {
            let expected = 0;
            for (let i = 0; i < 2; i++) expected += (at(a, i, k, transposeA) + at(a0, i, k, transposeA)) / 2;
            expect(toB[transposeB ? j * 3 + k : k * 4 + j]).toBeCloseTo(expected, 5);
          }
        }
      }
    }
  });
});

describe('maxima and minima', () => {
  beforeAll(() => openBackend('cpu'));

  const element = fc.integer({ min: -8, max: 8 }).map((n) => n / 4);
  const group = fc.array(fc.tuple(element, element), { minLength: 2, maxLength: 6 });

  /** The move of the maximum goes to the input's winner if it rose, and to the reference's if it fell. */
  function slowMaximum(x: readonly number[], x0: readonly number[]): number[] {
    const [y, y0] = [Math.max(...x), Math.max(...x0)];
    const [winner, winner0] = [x.indexOf(y), x0.indexOf(y0)];
    return x.map((value, i) => {
      const amount = (i === winner ? Math.max(y - y0, 0) : 0) + (i === winner0 ? Math.min(y - y0, 0) : 0);
      const moved = value - (x0[i] ?? 0);
      return moved === 0 ? (i === winner ? 1 : 0) : amount / moved;
    });
  }
  const flip = (values: readonly number[]) => values.map((value) => -value);

  test('give the winner what it made', () =>
    fc.assert(
      fc.asyncProperty(group, async (pairs) => {
        const [x, x0] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const [largest] = await multipliers((t) => tf.max(t, 1, true), [x], [x0]);
        slowMaximum(x, x0).forEach((expected, i) => {
          expect(largest?.[i]).toBeCloseTo(expected, 5);
          expect(expected).toBeLessThanOrEqual(1);
        });
        const [smallest] = await multipliers((t) => tf.min(t, 1, true), [x], [x0]);
        for (const [i, expected] of slowMaximum(flip(x), flip(x0)).entries())
          expect(smallest?.[i]).toBeCloseTo(expected, 5);
      }),
      { numRuns: 60 },
    ));

  test('are the same between tensors as along an axis', () =>
    fc.assert(
      fc.asyncProperty(element, element, element, element, async (a, a0, b, b0) => {
        const largest = await multipliers(tf.maximum, [[a], [b]], [[a0], [b0]]);
        for (const [i, expected] of slowMaximum([a, b], [a0, b0]).entries())
          expect(largest[i]?.[0]).toBeCloseTo(expected, 5);
        const smallest = await multipliers(tf.minimum, [[a], [b]], [[a0], [b0]]);
        for (const [i, expected] of slowMaximum([-a, -b], [-a0, -b0]).entries())
          expect(smallest[i]?.[0]).toBeCloseTo(expected, 5);
      }),
      { numRuns: 60 },
    ));

  test.each(backendsHere)('add up over windows that overlap, on %s', async (backend) => {
    await openBackend(backend);
    const size = 5;
    const [x, x0] = [1, 2].map((seed) => rounded([...seededNumbers(seed, size * size)])) as [number[], number[]]; // two seeds
    x.splice(7, 2, x0[7] ?? 0, x0[8] ?? 0); // some that do not move
    const model = (t: tf.Tensor) =>
      tf.reshape(tf.maxPool(tf.reshape(t, [1, size, size, 1]) as tf.Tensor4D, 3, 1, 'valid'), [1, 9]);
    const [found = []] = await multipliers(model, [x], [x0]);
    const [amounts, gradients] = [new Float64Array(size * size), new Float64Array(size * size)];
    for (let corner = 0; corner < 9; corner++) {
      const inside = Array.from({ length: 9 }, (_, i) => {
        const [row, column] = [Math.floor(corner / 3) + Math.floor(i / 3), (corner % 3) + (i % 3)];
        return row * size + column;
      });
      const values = inside.map((i) => x[i] ?? 0);
      const values0 = inside.map((i) => x0[i] ?? 0);
      slowMaximum(values, values0).forEach((share, i) => {
        const at = inside[i] ?? 0;
        amounts[at] = (amounts[at] ?? 0) + share * ((x[at] ?? 0) - (x0[at] ?? 0));
        if (values.indexOf(Math.max(...values)) === i) gradients[at] = (gradients[at] ?? 0) + 1;
      });
    }
    x.forEach((value, i) => {
      const moved = value - (x0[i] ?? 0);
      expect(found[i]).toBeCloseTo((moved === 0 ? gradients[i] : (amounts[i] ?? 0) / moved) ?? 0, 5);
    });
  });
});

describe('a case distinction', () => {
  beforeAll(() => openBackend('cpu'));
  const model = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.where(tf.greater(c, 0), a, b);

  test('gives all to what is picked, if both times the same is', async () => {
    expect(
      await multipliers(
        model,
        [
          [1, 2],
          [3, 4],
          [1, -1],
        ],
        [
          [0, 1],
          [5, 9],
          [2, -2],
        ],
      ),
    ).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
  });

  test('carries the whole jump, by the smallest multipliers, if not', async () => {
    const [a, b] = await multipliers(model, [[1], [3], [1]], [[0], [5], [-2]]);
    // Δy = 1 − 5, Δt = 1, Δe = −2
    expect(a?.[0]).toBeCloseTo((-4 * 1) / 5, 6);
    expect(b?.[0]).toBeCloseTo((-4 * -2) / 5, 6);
  });

  test('picks whole rows by a condition of rank 1', async () => {
    const rows = (a: tf.Tensor, b: tf.Tensor) => tf.where(tf.tensor1d([1], 'bool'), a, b);
    expect(
      await multipliers(
        rows,
        [
          [1, 2],
          [3, 4],
        ],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });
});
