import * as tf from '@tensorflow/tfjs-core';
import { openBackend } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { pathMean } from '../../test/methods';
import { attribute } from '../attribute';

beforeAll(() => openBackend('cpu'));

const alphas = Array.from({ length: 20 }, (_, i) => i / 20);

/** A model that takes 30 ms and never leaves its task, as they do where the backend computes where it is called. */
const slowly = (ran: () => void) => (x: tf.Tensor) => {
  ran();
  const end = performance.now() + 30;
  while (performance.now() < end);
  return tf.sum(tf.square(x), 1, true);
};

test('an abort that comes as a timer or a message is heard while a backend computes', async () => {
  const controller = new AbortController();
  let rows = 0;
  const model = slowly(() => {
    if (rows++ === 3) setTimeout(() => controller.abort(), 0);
  });
  const x = tf.tensor2d([[1, 2]]);
  const { signal } = controller;
  const failed = attribute(model, x, { method: pathMean(alphas), target: 0, batchSize: 1, signal });
  await expect(failed).rejects.toBe(
    await new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason))),
  );
  expect(rows).toBeLessThan(10);
  x.dispose();
});

test('what waits has its turn between progress and progress', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const x = tf.tensor2d([[1, 2]]);
  const seen: number[] = [];
  const why = await attribute(
    slowly(() => {}),
    x,
    {
      method: pathMean(alphas),
      target: 0,
      batchSize: 1,
      onProgress: () => seen.push(turns),
    },
  );
  clearInterval(timer);
  expect(new Set(seen).size).toBeGreaterThan(5);
  for (const tensor of [x, why]) tensor.dispose();
});
