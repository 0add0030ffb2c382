import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gradient } from '../test/methods';
import { values } from '../test/tensors';
import { currentBackend, hasKernel } from './backend';
import { attribute, defineBackend, useBackend } from './index';

const plain = defineBackend({ name: 'cpu', open: () => Promise.resolve() });
beforeEach(() => tf.setBackend('cpu'));
afterEach(() => useBackend(plain));

test('a backend that TensorFlow.js runs on without an adapter has core’s own rules', () => {
  expect(currentBackend()).toMatchObject({ name: 'cpu' });
  expect(currentBackend().kernels).toBeUndefined();
});

test('opening a backend comes before choosing it', async () => {
  const log: string[] = [];
  const backend = defineBackend({
    ...plain,
    open: async () => void log.push('open'),
  });
  await useBackend(backend);
  expect(log).toEqual(['open']);
  expect(currentBackend()).toBe(backend);
});

test('the rules of a backend are laid over core’s', async () => {
  await useBackend({ ...plain, kernels: { Square: (_, [dy]) => ({ x: () => tf.mul(dy as tf.Tensor, 100) }) } });
  const model = (x: tf.Tensor) => tf.add(tf.square(x), tf.neg(x));
  const why = await attribute(model, tf.tensor2d([[1, 2]]), { method: gradient(), target: 1 });
  expect(await values(why.values)).toEqual([0, 99]);
  why.dispose();
});

test('a backend that cannot be opened, or does not start, is an error', async () => {
  const broken = defineBackend({ name: 'cpu', open: () => Promise.reject(new Error('no such device')) });
  await expect(useBackend(broken)).rejects.toThrow('no such device');
  tf.registerBackend('sleeping', () => Promise.reject(new Error('asleep')));
  const { warn } = console;
  const warnings: unknown[] = [];
  console.warn = (...args) => void warnings.push(args);
  try {
    await expect(useBackend({ name: 'sleeping', open: () => Promise.resolve() })).rejects.toThrow(
      expect.objectContaining({ code: 'backend', message: expect.stringContaining('"sleeping"') }),
    );
  } finally {
    console.warn = warn;
    tf.removeBackend('sleeping');
  }
  expect(warnings.length).toBeGreaterThan(0);
});

test('knows which kernels the backend has', () => {
  expect(hasKernel('Conv2D')).toBe(true);
  expect(hasKernel('Conv17D')).toBe(false);
});
