import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradient } from '../../test/methods';
import { random } from '../../test/tensors';
import { attribute, prepare } from '../index';
import { interior, shadow } from './engine';

beforeAll(() => tf.setBackend('cpu'));

/** How many kernels `run` runs; what a kernel calls counts with it. */
async function kernelsOf(run: () => unknown): Promise<number> {
  const { runKernelFunc } = interior();
  let [count, depth] = [0, 0];
  const restore = shadow({
    runKernelFunc(call) {
      if (depth === 0 && 'kernelName' in call) count++;
      depth++;
      try {
        return runKernelFunc.call(tf.engine(), call);
      } finally {
        depth--;
      }
    },
  });
  try {
    await run();
  } finally {
    restore();
  }
  return count;
}

describe('a call that asks a prepared model again runs no more kernels than tf.grad', () => {
  const [square, wide, filter] = [random([6, 6], 2), random([16, 3], 3), random([3, 3, 1, 4], 4)];
  const models: Record<string, [shape: number[], (x: tf.Tensor) => tf.Tensor]> = {
    'for a perceptron': [[4, 6], (x) => tf.matMul(tf.relu(tf.matMul(x, square)), square)],
    'for convolutions': [
      [2, 6, 6, 1],
      (x) => {
        const convolved = tf.relu(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid'));
        return tf.matMul(tf.reshape(tf.slice(convolved, [0, 0, 0, 0], [-1, 2, 2, 4]), [-1, 16]), wide);
      },
    ],
    'for a recurrence': [
      [4, 5, 6],
      (x) =>
        tf
          .unstack(x, 1)
          .reduce((state, step) => tf.tanh(tf.add(tf.matMul(state, square), step)), tf.zeros([x.shape[0] ?? 1, 6])),
    ],
  };

  for (const [name, [shape, run]] of Object.entries(models)) {
    test(name, async () => {
      using model = await prepare((x: tf.Tensor) => run(x));
      const x = random(shape);
      const [rows = 1] = shape;
      const ours = async () =>
        (await attribute(model, x, { method: gradient(), target: 0, batchSize: rows })).dispose();
      await ours();
      const score = (x: tf.Tensor) => tf.sum(tf.slice(run(x), [0, 0], [-1, 1]));
      expect(await kernelsOf(ours)).toBeLessThanOrEqual(await kernelsOf(() => tf.grad(score)(x)));
    });
  }
});
