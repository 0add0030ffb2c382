import '@tensorflow/tfjs-backend-cpu';
import { tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createPicture, type PictureFromTensorOptions, pictureFromTensor } from './picture';

const pixels = async (values: number[], shape: number[], options?: PictureFromTensorOptions) => {
  const source = tensor(values, shape);
  const { data } = await pictureFromTensor(source, options);
  source.dispose();
  return Array.from(data);
};

test('takes 0 to 1, else 0 to 255, else the least to the largest as black to white', async () => {
  expect(await pixels([0, 0.2, 1], [1, 1, 3])).toEqual([0, 51, 255, 255]);
  expect(await pixels([0, 51, 200], [1, 1, 3])).toEqual([0, 51, 200, 255]);
  expect(await pixels([-2, 0, 3], [1, 1, 3])).toEqual([0, 102, 255, 255]);
});

test('clips to a range that is given', async () => {
  expect(await pixels([-2, 0, 0.5], [1, 1, 3], { range: [-1, 1] })).toEqual([0, 128, 191, 255]);
});

test('shows one channel as grey and a fourth as alpha', async () => {
  expect(await pixels([0.2, 1], [1, 2, 1])).toEqual([51, 51, 51, 255, 255, 255, 255, 255]);
  expect(await pixels([0, 51, 255, 102], [1, 1, 4])).toEqual([0, 51, 255, 102]);
  await expect(pixels([1, 2], [1, 1, 2])).rejects.toThrow(/2 channels/);
});

test('shows an even picture as black', async () => {
  expect(await pixels([-3, -3, -3], [1, 1, 3])).toEqual([0, 0, 0, 255]);
});

test('is transparent until it is given a colour', () => {
  expect(Array.from(createPicture(1, 1).data)).toEqual([0, 0, 0, 0]);
  expect(Array.from(createPicture(1, 1, [1, 2, 3]).data)).toEqual([1, 2, 3, 255]);
});
