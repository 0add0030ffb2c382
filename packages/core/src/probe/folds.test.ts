import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { distance, random, values } from '../../test/tensors';
import { rowMap } from '../rows';
import { accumulator, type Batch, collect, partialSums, scores } from './folds';

beforeAll(() => tf.setBackend('cpu'));

test('an accumulator gives the weighted sum over the points of each example, however the rows are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      async (examples, weights, size) => {
        const points = weights.length;
        const rows = random([examples * points, 2, 2]);
        const data = await values(rows);
        const expected = Array.from({ length: examples * 4 }, (_, i) =>
          weights.reduce(
            (sum, weight, p) => sum + weight * (data[(Math.floor(i / 4) * points + p) * 4 + (i % 4)] ?? 0),
            0,
          ),
        );
        const sum = accumulator(points);
        for (let start = 0; start < examples * points; start += size) {
          const end = Math.min(examples * points, start + size);
          const map = rowMap(start, end, points);
          const partial = partialSums(
            tf.slice(rows, [start, 0, 0], [end - start, 2, 2]),
            map,
            Float64Array.from(weights),
          );
          sum.add(partial, map);
          partial.dispose();
        }
        const result = sum.result();
        sum.dispose();
        expect(result.shape).toEqual([examples, 2, 2]);
        expect(await distance(result, expected)).toBeLessThan(1e-5);
        result.dispose();
      },
    ),
    { numRuns: 40 },
  );
});

test('an accumulator never holds more than one tensor for an example', () => {
  const sum = accumulator(50);
  const ones = tf.ones([1, 3]);
  const before = tf.memory().numTensors;
  for (let start = 0; start < 50; start += 5) sum.add(ones, rowMap(start, start + 5, 50));
  expect(tf.memory().numTensors - before).toBe(1);
  sum.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

const batch = (from: number, of: number[]): Batch => ({
  ...rowMap(from, from + of.length, 1),
  referenceScores: new Float32Array(0),
  scores: Float32Array.from(of),
  value: () => [],
  grad: () => [],
});

test('collecting scores keeps all of them, in order', () => {
  const fold = scores();
  fold.step(batch(0, [1, 2]));
  fold.step(batch(2, [3]));
  expect(fold.result()).toEqual(Float32Array.of(1, 2, 3));
});

test('collecting tensors concatenates what each batch gives, and frees what it kept', async () => {
  const fold = collect(({ scores }) => [tf.tensor1d(scores), tf.tensor2d(scores, [scores.length, 1])]);
  for (const part of [batch(0, [1, 2]), batch(2, [3])]) tf.tidy(() => fold.step(part));
  const [flat, column] = fold.result();
  fold.dispose?.();
  expect(await values(flat as tf.Tensor)).toEqual([1, 2, 3]);
  expect(column?.shape).toEqual([3, 1]);
  tf.dispose([flat as tf.Tensor, column as tf.Tensor]);
});
