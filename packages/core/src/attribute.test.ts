import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { attribute, defineMethod, multiplyByDifference, path, sum, asIs } from './index';

const gradient = defineMethod('gradient', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
  const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
  return mean.flat();
});
const ig = defineMethod('ig', { uses: ['baseline'], deterministic: true, rowwise: true, complete: true }, () => async (probe) => {
  const { mean } = await probe.run({ points: path([0.25, 0.75]), put: probe.site, grad: [probe.site] }, sum());
  return multiplyByDifference(probe, mean.flat());
});

test('gives the gradient of a function', async () => {
  const x = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
  const before = tf.memory().numTensors;
  const why = await attribute((x: tf.Tensor) => tf.sum(tf.square(x), 1, true), x, { method: gradient() });
  expect(Array.from(await why.values.data())).toEqual([2, 4, 6, 8, 10, 12]);
  console.log(why);
  why.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const w = await attribute((x: tf.Tensor) => tf.sum(tf.square(x), 1, true), x, { method: ig() });
  console.log(w, await w.values.data());
  w.dispose();
  expect(tf.memory().numTensors).toBe(before);
  x.dispose();
});
