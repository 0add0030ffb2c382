import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { recorded } from '../../test/tape';
import { values } from '../../test/tensors';
import { zip } from './zip';

beforeAll(() => tf.setBackend('cpu'));

async function zipped(model: (x: tf.Tensor) => tf.Tensor, other = model) {
  const [x, reference] = [tf.tensor1d([1, 2]), tf.tensor1d([-3, 5])];
  const a = await recorded((x) => model(x as tf.Tensor), [x]);
  const b = await recorded((x) => other(x as tf.Tensor), [reference]);
  try {
    zip(a.tape, b.tape);
    return await Promise.all(
      a.tape.nodes.map(async ({ kernel, reference }) => [
        kernel,
        await values(reference?.inputs[0] as tf.Tensor),
        await values(reference?.outputs[0] as tf.Tensor),
      ]),
    );
  } finally {
    for (const { tape, output } of [a, b]) {
      tape.dispose();
      output.dispose();
    }
  }
}

test('gives every operation its values on the reference', async () => {
  expect(await zipped((x) => tf.square(tf.neg(x)))).toEqual([
    ['Neg', [-3, 5], [3, -5]],
    ['Square', [3, -5], [9, 25]],
  ]);
});

test('refuses models that do other operations on the reference', async () => {
  const models: [(x: tf.Tensor) => tf.Tensor, (x: tf.Tensor) => tf.Tensor, string][] = [
    [tf.square, tf.sin, 'Square on the input and Sin on the baseline as operation 0'],
    [(x) => tf.square(tf.sin(x)), tf.sin, 'Square on the input and nothing on the baseline as operation 1'],
    [tf.sin, (x) => tf.square(tf.sin(x)), 'nothing on the input and Square on the baseline as operation 1'],
    [(x) => tf.slice(x, [0], [1]), (x) => tf.slice(x, [0], [2]), 'Slice on the input and Slice on the baseline'],
  ];
  for (const [a, b, message] of models) {
    await expect(zipped(a, b)).rejects.toThrow(
      expect.objectContaining({ code: 'recording', message: expect.stringContaining(message) }),
    );
  }
});
