import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { random, values } from '../test/tensors';
import { type Baseline, resolveBaseline } from './baseline';

beforeAll(() => tf.setBackend('cpu'));

const like = () => [tf.zeros([2, 2]), tf.zeros([2, 1, 2], 'int32')];

/** The elements of each baseline; it has the shape and type of what it stands for. */
async function resolved(baseline: Baseline, tensors = like(), names?: string[]): Promise<number[][]> {
  const found = resolveBaseline(baseline, tensors, names);
  expect(found.map(({ shape, dtype }) => [shape, dtype])).toEqual(tensors.map(({ shape, dtype }) => [shape, dtype]));
  const data = await Promise.all(found.map(values));
  tf.dispose([...found]);
  return data;
}
const one = () => [tf.zeros([2, 2])];

describe('a baseline', () => {
  test('as a number fills every input', async () => {
    expect(await resolved(3)).toEqual([
      [3, 3, 3, 3],
      [3, 3, 3, 3],
    ]);
    expect(await resolved(1, [tf.zeros([2], 'bool')])).toEqual([[1, 1]]);
  });

  test('as a tensor may be whole, one row, or broadcastable', async () => {
    expect(
      await resolved(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
        one(),
      ),
    ).toEqual([[1, 2, 3, 4]]);
    expect(await resolved(tf.tensor2d([[1, 2]]), one())).toEqual([[1, 2, 1, 2]]);
    expect(await resolved(tf.tensor1d([1, 2]), one())).toEqual([[1, 2, 1, 2]]);
    expect(await resolved(tf.tensor2d([[1], [2]]), one())).toEqual([[1, 1, 2, 2]]);
    expect(await resolved(tf.scalar(5), one())).toEqual([[5, 5, 5, 5]]);
  });

  test('takes the type of its input', async () => {
    expect(await resolved(tf.tensor2d([[1, 0]], [1, 2], 'bool'), one())).toEqual([[1, 0, 1, 0]]);
    expect(await resolved(tf.tensor1d([2, 7]), [tf.zeros([1, 2], 'int32')])).toEqual([[2, 7]]);
  });

  test('as an array has one for each input', async () => {
    expect(await resolved([7, tf.tensor3d([[[1, 2]]], [1, 1, 2], 'int32')])).toEqual([
      [7, 7, 7, 7],
      [1, 2, 1, 2],
    ]);
    expect(await resolved([7], one())).toEqual([[7, 7, 7, 7]]);
  });

  test('as a record goes by name, and is 0 where it has none', async () => {
    expect(await resolved({ ids: 4 }, like(), ['image', 'ids'])).toEqual([
      [0, 0, 0, 0],
      [4, 4, 4, 4],
    ]);
  });

  test('is borrowed', () => {
    const baseline = random([2, 2]);
    const [made] = resolveBaseline(baseline, one());
    made?.dispose();
    expect(baseline.isDisposed).toBe(false);
  });

  test('that cannot be meant is an error that says what can', () => {
    const disposed = tf.scalar(1);
    disposed.dispose();
    const wrong: [Baseline, tf.Tensor[], string[] | undefined, RegExp][] = [
      [Number.NaN, one(), undefined, /NaN.*a finite number/],
      [disposed, one(), undefined, /disposed/],
      [tf.zeros([2]), like(), undefined, /one for each of the 2 inputs/],
      [[1], like(), undefined, /1 baselines.*expected 2/],
      [tf.zeros([3]), one(), undefined, /shape \[3\].*\[2,2\]/],
      [tf.zeros([3, 2]), one(), undefined, /shape \[3,2\]/],
      [tf.zeros([1, 2, 2]), one(), undefined, /shape \[1,2,2\]/],
      [{ image: 1 }, one(), undefined, /"image".*no names/],
      [{ imge: 1 }, like(), ['image', 'ids'], /"imge".*image, ids/],
    ];
    for (const [baseline, tensors, names, message] of wrong) {
      expect(() => resolveBaseline(baseline, tensors, names)).toThrow(
        expect.objectContaining({ code: 'baseline', message: expect.stringMatching(message) }),
      );
    }
  });
});
