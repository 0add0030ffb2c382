import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { recorded } from '../../test/tape';
import { gradients } from '.';
import { commonGradients } from './common';
import { gradientsOf } from './load';

beforeAll(() => tf.setBackend('cpu'));

async function rulesFor(model: (x: tf.Tensor) => tf.Tensor) {
  const x = tf.ones([2, 3]);
  const { tape, output } = await recorded(model, [x]);
  try {
    return await gradientsOf(tape.nodes);
  } finally {
    tape.dispose();
    tf.dispose([x, output]);
  }
}

test('what most networks are made of asks for no more rules', async () => {
  expect(await rulesFor((x) => tf.softmax(tf.relu(tf.matMul(x, tf.ones([3, 4])))))).toBe(commonGradients);
});

test('a gradient that the model brings asks for none', async () => {
  const doubled = tf.customGrad((x) => ({
    value: tf.mul(x as tf.Tensor, 2),
    gradFunc: (dy) => tf.mul(dy as tf.Tensor, 2),
  }));
  expect(await rulesFor((x) => doubled(x))).toBe(commonGradients);
});

test('one rare kernel on the way brings all rules', async () => {
  expect(await rulesFor((x) => tf.relu(tf.cumprod(x, 1)))).toBe(gradients);
});

test('the common rules are among all', () => {
  expect(gradients).toMatchObject(commonGradients);
});
