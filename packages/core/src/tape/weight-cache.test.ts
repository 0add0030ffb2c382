import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { random } from '../../test/tensors';
import { type Transform, type WeightCache, weightCache } from './weight-cache';

beforeAll(() => tf.setBackend('cpu'));
let caches: WeightCache[] = [];
afterEach(() => {
  for (const cache of caches) cache.dispose();
  caches = [];
  tf.disposeVariables();
});

/** A cache with a transform that counts its work. */
function counting(limit?: number) {
  const cache = weightCache(limit);
  caches.push(cache);
  let made = 0;
  const transform: Transform = (weight) => {
    made++;
    return tf.transpose(weight);
  };
  const transposed = (weight: tf.Tensor, name = 'transposed') => cache.of(weight, name, transform);
  return { cache, transposed, made: () => made };
}

test('makes a transform twice, and from the second time on keeps it', () => {
  const { transposed, made } = counting();
  const weight = tf.tensor2d([[1, 2, 3]]);
  const results = Array.from({ length: 5 }, () => tf.tidy(() => Array.from(transposed(weight).dataSync())));
  expect(results).toEqual(Array.from({ length: 5 }, () => [1, 2, 3]));
  expect(made()).toBe(2);
});

test('keeps nothing that it sees once', () => {
  const { transposed } = counting();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 10; i++) tf.tidy(() => void transposed(random([2, 3], i)));
  expect(tf.memory().numTensors).toBe(before);
});

test('tells transforms, weights and shapes apart', () => {
  const { transposed, made } = counting();
  const [weight, other] = [random([2, 3]), random([2, 3], 2)];
  for (let i = 0; i < 3; i++) {
    tf.tidy(() => {
      transposed(weight);
      transposed(weight, 'as something else');
      transposed(other);
      expect(transposed(tf.reshape(weight, [6, 1])).shape).toEqual([1, 6]);
    });
  }
  expect(made()).toBe(2 * 4);
});

test('knows a weight again that is reshaped anew on every call', () => {
  const { transposed, made } = counting();
  const weight = random([1, 2, 3]);
  for (let i = 0; i < 5; i++) tf.tidy(() => void transposed(tf.reshape(weight, [2, 3])));
  expect(made()).toBe(2);
});

test('never gives the old transform of a weight that was assigned', () => {
  const { transposed } = counting();
  const weight = tf.variable(tf.tensor2d([[1, 2]]));
  const seen = () => tf.tidy(() => Array.from(transposed(weight).dataSync()));
  expect([seen(), seen(), seen()]).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  weight.assign(tf.tensor2d([[3, 4]]));
  expect([seen(), seen(), seen()]).toEqual([
    [3, 4],
    [3, 4],
    [3, 4],
  ]);
});

test('holds no more bytes than its limit, and lets the least recently used go', () => {
  const { transposed, made } = counting(3 * 24);
  const weights = [1, 2, 3, 4].map((seed) => random([2, 3], seed));
  const [first, second, third, fourth] = weights as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const before = tf.memory().numTensors;
  const use = (weight: tf.Tensor) => tf.tidy(() => void transposed(weight));
  for (const weight of [first, first, second, second, third, third]) use(weight);
  expect(tf.memory().numTensors - before).toBe(3);
  use(first);
  use(fourth);
  use(fourth);
  expect(tf.memory().numTensors - before).toBe(3);
  const work = made();
  for (const weight of [first, third, fourth]) use(weight);
  expect(made()).toBe(work);
  use(second);
  expect(made()).toBe(work + 1);
});

test('forgets what it saw long ago, so that a model of ever new matrices does not make it grow', () => {
  const { transposed, made } = counting();
  const weight = random([1]);
  const use = (weight: tf.Tensor) => tf.tidy(() => void transposed(weight));
  use(weight);
  for (let i = 0; i < 5000; i++) tf.tidy(() => use(tf.scalar(i)));
  use(weight);
  use(weight);
  expect(made()).toBe(5000 + 3);
  use(weight);
  expect(made()).toBe(5000 + 3);
});

test('frees all it holds', () => {
  const { cache, transposed } = counting();
  const weight = random([2, 3]);
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) tf.tidy(() => void transposed(weight));
  expect(tf.memory().numTensors).toBe(before + 1);
  cache.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('keeps nothing that is seen in one pass only, however often', () => {
  const { cache, transposed, made } = counting();
  const matrix = random([2, 3]);
  cache.begin?.();
  for (let i = 0; i < 3; i++) tf.tidy(() => void transposed(matrix));
  expect(made()).toBe(3);
  cache.begin?.();
  for (let i = 0; i < 3; i++) tf.tidy(() => void transposed(matrix));
  expect(made()).toBe(4);
  cache.dispose();
});
