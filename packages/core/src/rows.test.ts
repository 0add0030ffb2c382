import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { random, values } from '../test/tensors';
import { rowMap, rowsOf, segments, takeRows } from './rows';

beforeAll(() => tf.setBackend('cpu'));

describe('a row map', () => {
  test('goes through the examples and, within each, through its points', () => {
    const { example, point } = rowMap(0, 6, 3);
    expect([...example]).toEqual([0, 0, 0, 1, 1, 1]);
    expect([...point]).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test('of two halves is the two halves of the whole', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 7 }), (a, b, points) => {
        const [whole, first, second] = [rowMap(0, a + b, points), rowMap(0, a, points), rowMap(a, a + b, points)];
        expect([...first.example, ...second.example]).toEqual([...whole.example]);
        expect([...first.point, ...second.point]).toEqual([...whole.point]);
      }),
    );
  });

  test('of derived examples names and takes those they come from', async () => {
    const rows = rowMap(2, 6, 2, Int32Array.of(7, 0, 1));
    expect([...rows.example]).toEqual([0, 0, 1, 1]);
    const taken = rows.take(tf.tensor1d([10, 20]));
    expect(await values(taken)).toEqual([10, 10, 20, 20]);
    taken.dispose();
  });
});

test('segments are the longest runs of one example', () => {
  expect(segments(Int32Array.of(3, 3, 0, 1, 1, 1))).toEqual([
    { example: 3, start: 0, count: 2 },
    { example: 0, start: 2, count: 1 },
    { example: 1, start: 3, count: 3 },
  ]);
  expect(segments(new Int32Array())).toEqual([]);
});

test('taking rows is gathering them, in any order, of any type', async () => {
  const floats = random([4, 2, 3]);
  const integers = tf.cast(tf.mul(floats, 100), 'int32');
  const booleans = tf.greater(floats, 0);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 9 }), async (indices) => {
      for (const tensor of [floats, integers, booleans]) {
        const expected = tf.gather(tensor, tf.tensor1d(indices, 'int32'));
        const taken = takeRows(tensor, Int32Array.from(indices));
        expect(taken.dtype).toBe(tensor.dtype);
        expect(taken.shape).toEqual(expected.shape);
        expect(await values(taken)).toEqual(await values(expected));
        taken.dispose();
      }
    }),
    { numRuns: 50 },
  );
  expect(floats.isDisposed).toBe(false);
});

test('rows of a tensor are a slice of its first dim', async () => {
  const x = random([4, 3]);
  const rows = rowsOf(x, 1, 2);
  expect(await values(rows)).toEqual((await values(x)).slice(3, 9));
  rows.dispose();
});
