import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { random, values } from '../../test/tensors';
import { rowMap } from '../rows';
import {
  asIs,
  coalitions,
  forEachElement,
  made,
  missing,
  needsReference,
  type Points,
  path,
  pointsAt,
  withoutEach,
} from './points';

beforeAll(() => tf.setBackend('cpu'));

const x = () => [random([2, 2, 3], 1)];
const reference = () => [random([2, 2, 3], 2)];

/** The points of some rows, as numbers, one array a row. */
async function rowsAt(points: Points, start: number, end: number, from = x(), to = reference()): Promise<number[][]> {
  const { values: tensors } = pointsAt(points, rowMap(start, end, points.count), from, to);
  const rows = await Promise.all(tensors.map(async (tensor) => chunks(await values(tensor), tensor.shape[0] ?? 0)));
  expect(tensors.map(({ dtype }) => dtype)).toEqual(from.map(({ dtype }) => dtype));
  tf.dispose([...tensors]);
  return rows[0]?.map((_, row) => rows.flatMap((tensor) => tensor[row] ?? [])) ?? [];
}
const chunks = (data: number[], count: number): number[][] =>
  Array.from({ length: count }, (_, i) => data.slice((i * data.length) / count, ((i + 1) * data.length) / count));
const close = (rows: number[][]) => rows.map((row) => row.map((value) => expect.closeTo(value, 6)));

describe('a path', () => {
  test('goes from the reference to x, point by point, example by example', async () => {
    const [from, to] = [
      chunks(await values(x()[0] as tf.Tensor), 2),
      chunks(await values(reference()[0] as tf.Tensor), 2),
    ];
    const alphas = [0, 0.3, 1, 1.5];
    const expected = [0, 1].flatMap((e) =>
      alphas.map((alpha) => (from[e] ?? []).map((value, i) => (to[e]?.[i] ?? 0) + alpha * (value - (to[e]?.[i] ?? 0)))),
    );
    expect(await rowsAt(path(alphas), 0, 8)).toEqual(close(expected));
    // A batch may begin and end anywhere.
    expect(await rowsAt(path(alphas), 3, 6)).toEqual(close(expected.slice(3, 6)));
  });

  test('of one point at x is x, to the bit and of any type, and needs no reference', async () => {
    expect(needsReference(asIs())).toBe(false);
    expect(needsReference(path([1, 1]))).toBe(false);
    expect(needsReference(path([0.5, 1]))).toBe(true);
    const integers = [tf.tensor2d([[1, 16777217]], [1, 2], 'int32')];
    expect(await rowsAt(asIs(), 0, 1, integers, [])).toEqual([[1, 16777217]]);
  });
});

describe('points that miss something', () => {
  const boxes = [
    { tensor: 0, low: [0, 0], high: [1, 3] },
    { tensor: 0, low: [0, 2], high: [2, 3] },
    { tensor: 1, low: [0], high: [1] },
    { tensor: 0, low: [1, 1], high: [1, 1] },
  ];
  /** x with the elements in a box taken from the reference. */
  const slow = (from: number[][], to: number[][], off: (point: number, element: number) => boolean, points: number) =>
    from.flatMap((row, e) =>
      Array.from({ length: points }, (_, p) => row.map((value, i) => (off(p, i) ? (to[e]?.[i] ?? Number.NaN) : value))),
    );

  test('take a box from the reference, in the tensor it is of', async () => {
    const from = [random([2, 2, 3], 1), random([2, 1], 3)];
    const to = [random([2, 2, 3], 2), random([2, 1], 4)];
    const flat = async (tensors: tf.Tensor[]) => {
      const data = await Promise.all(tensors.map(async (tensor) => chunks(await values(tensor), 2)));
      return [0, 1].map((e) => data.flatMap((tensor) => tensor[e] ?? []));
    };
    const off = (point: number, i: number) => [i < 3, i === 2 || i === 5, i === 6, false][point] ?? false;
    const expected = slow(await flat(from), await flat(to), off, 4);
    expect(await rowsAt(missing(boxes), 0, 8, from, to)).toEqual(expected);
    expect(await rowsAt(missing(boxes), 2, 7, from, to)).toEqual(expected.slice(2, 7));
  });

  test('take the features that are off from the reference', async () => {
    const groups = { of: [Int32Array.of(0, 0, 1, 1, 2, 2)], count: 3, perExample: false };
    const present = Uint8Array.of(1, 1, 1, 0, 1, 0, 0, 0, 0);
    const [from, to] = [
      chunks(await values(x()[0] as tf.Tensor), 2),
      chunks(await values(reference()[0] as tf.Tensor), 2),
    ];
    const off = (point: number, i: number) => present[point * 3 + Math.floor(i / 2)] === 0;
    const points = coalitions(groups, present);
    expect(points.count).toBe(3);
    expect(await rowsAt(points, 0, 6)).toEqual(slow(from, to, off, 3));
    const own = { of: [Int32Array.of(0, 0, 1, 1, 2, 2, 2, 1, 1, 0, 0, 0)], count: 3, perExample: true };
    const each = [0, 1].flatMap((e) =>
      [0, 1, 2].map((k) =>
        (from[e] ?? []).map((value, i) => (own.of[0]?.[e * 6 + i] === k ? (to[e]?.[i] ?? Number.NaN) : value)),
      ),
    );
    expect(await rowsAt(withoutEach(own), 0, 6)).toEqual(each);
    expect(await rowsAt(withoutEach(own), 2, 5)).toEqual(each.slice(2, 5));
  });

  test('need an entry for each feature of each point', () => {
    const groups = { of: [Int32Array.of(0, 0, 1, 1, 2, 2)], count: 3, perExample: false };
    expect(() => coalitions(groups, Uint8Array.of(1, 0, 1, 1))).toThrow(/4 entries for coalitions of 3 features/);
  });

  test('keep integers and booleans what they are, large ones too', async () => {
    const ids = [tf.tensor2d([[16777217, 2, 3]], [1, 3], 'int32')];
    const none = [tf.tensor2d([[0, 0, 33554433]], [1, 3], 'int32')];
    const last = missing([{ tensor: 0, low: [2], high: [3] }]);
    expect(await rowsAt(last, 0, 1, ids, none)).toEqual([[16777217, 2, 33554433]]);
    const [mask, unmasked] = [[tf.tensor2d([[1, 1, 1]], [1, 3], 'bool')], [tf.tensor2d([[0, 0, 0]], [1, 3], 'bool')]];
    expect(await rowsAt(last, 0, 1, mask, unmasked)).toEqual([[1, 1, 0]]);
  });
});

describe('points a method makes', () => {
  test('get the rows’ own x, and their example and point', async () => {
    const points = made(3, ([x], rows) => [
      tf.add(x as tf.Tensor, tf.reshape(tf.tensor1d([...rows.point]), [-1, 1, 1])),
    ]);
    const from = chunks(await values(x()[0] as tf.Tensor), 2);
    const expected = from.flatMap((row) => [0, 1, 2].map((point) => row.map((value) => value + point)));
    expect(await rowsAt(points, 0, 6)).toEqual(close(expected));
  });

  test('may be tensors that the method goes on to use', () => {
    const mine = random([1, 2]);
    const { values: points } = pointsAt(
      made(1, () => [mine]),
      rowMap(0, 1, 1),
      [mine],
      [],
    );
    tf.dispose([...points]);
    expect(mine.isDisposed).toBe(false);
  });
});

test('the elements of a box are visited once each, in order', () => {
  const visited: number[] = [];
  forEachElement({ tensor: 0, low: [1, 0, 2], high: [3, 2, 4] }, [3, 2, 4], (element) => visited.push(element));
  const expected = [1, 2].flatMap((i) => [0, 1].flatMap((j) => [2, 3].map((k) => i * 8 + j * 4 + k)));
  expect(visited).toEqual(expected);
});
