import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { random, values } from '../test/tensors';
import { blur } from './blur';

beforeAll(() => tf.setBackend('cpu'));

/** Every output as the double sum over the picture, in float64. */
async function slow(x: tf.Tensor, sigma: number): Promise<number[]> {
  const [, height = 1, width = 1, channels = 1] = x.shape;
  const data = await values(x);
  const share = (n: number, i: number, j: number) => {
    const w = (k: number) => (Math.abs(i - k) <= 4 * sigma ? Math.exp(-((i - k) ** 2) / (2 * sigma ** 2)) : 0);
    return w(j) / Array.from({ length: n }, (_, k) => w(k)).reduce((a, b) => a + b);
  };
  return data.map((_, index) => {
    const c = index % channels;
    const column = Math.floor(index / channels) % width;
    const row = Math.floor(index / channels / width) % height;
    const example = Math.floor(index / channels / width / height);
    let sum = 0;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const at = ((example * height + i) * width + j) * channels + c;
        sum += share(height, row, i) * share(width, column, j) * (data[at] ?? 0);
      }
    }
    return sum;
  });
}

test.each([0.4, 1, 3])(
  'is the Gaussian mean over rows and columns, of each channel by itself: σ = %s',
  async (sigma) => {
    const x = random([2, 5, 7, 2]);
    const blurred = blur(x, sigma);
    expect(await values(blurred)).toEqual((await slow(x, sigma)).map((value) => expect.closeTo(value, 5)));
    expect(blurred.shape).toEqual(x.shape);
    tf.dispose([x, blurred]);
  },
);

test('leaves a constant what it is, up to the border, and blurs a series along time', async () => {
  const constant = tf.fill([1, 9, 2], 3);
  const blurred = blur(constant, 2);
  expect(await values(blurred)).toEqual(Array(18).fill(expect.closeTo(3, 5)));
  const pulse = tf.tensor3d([[[0], [0], [1], [0], [0]]]);
  const spread = blur(pulse, 1);
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = await values(spread);
  expect([a, b]).toEqual([expect.closeTo(e, 6), expect.closeTo(d, 6)]);
  expect(c).toBeGreaterThan(b);
  expect(b).toBeGreaterThan(a);
  tf.dispose([constant, blurred, pulse, spread]);
});
