import '@tensorflow/tfjs-backend-cpu';
import { tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createPicture, type PictureFromTensorOptions, pictureFromTensor } from './picture';

const pixels = async (values: number[], shape: number[], options?: PictureFromTensorOptions) => {
  const source = tensor(values, shape);
  const { data } = await pictureFromTensor(source, options).finally(() => source.dispose());
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

test('knows −1 to 1 and signed bytes, says what it found, and does not take a mean and deviation for bytes', async () => {
  expect(await pixels([-1, 0, 0.6], [1, 1, 3])).toEqual([0, 128, 204, 255]);
  expect(await pixels([-128, 0, 127], [1, 1, 3])).toEqual([0, 128, 255, 255]);
  expect(await pixels([-2, 0, 2], [1, 1, 3])).toEqual([0, 128, 255, 255]);
  // A bright photograph: black is (0 − 0.485) / 0.229 there, so that nothing in it is below zero.
  expect(await pixels([0.5, 1.5, 2.5], [1, 1, 3])).toEqual([0, 128, 255, 255]);
  const source = tensor([-2, 0, 2], [1, 1, 3]);
  expect((await pictureFromTensor(source)).range).toEqual({ black: -2, white: 2, found: true });
  expect((await pictureFromTensor(source, { range: [0, 9] })).range).toEqual({ black: 0, white: 9, found: false });
  source.dispose();
});

test('undoes a mean and deviation, for each channel', async () => {
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const given = [51, 102, 255].map((byte, at) => (byte / 255 - (mean[at] ?? 0)) / (std[at] ?? 1));
  expect(await pixels(given, [1, 1, 3], { mean, std, range: [0, 1] })).toEqual([51, 102, 255, 255]);
  expect(await pixels([-0.5, 0, 0.5], [1, 1, 3], { mean: 0.5 })).toEqual([0, 128, 255, 255]);
  await expect(pixels([1, 2, 3], [1, 1, 3], { mean: [1, 2] })).rejects.toThrow(/2 numbers as mean/);
});

test('refuses what is not finite', async () => {
  await expect(pixels([1, Number.NaN, 3], [1, 1, 3])).rejects.toThrow(/NaN in the picture/);
  await expect(pixels([1, Number.NaN, 3], [1, 1, 3], { range: [0, 3] })).rejects.toThrow(/NaN in the picture/);
});

test('refuses a range that has no width, and a picture without a pixel', async () => {
  await expect(pixels([1, 2, 3], [1, 1, 3], { range: [2, 2] })).rejects.toThrow(/range \[2, 2\]/);
  await expect(pixels([1, 2, 3], [1, 1, 3], { range: [0, Number.NaN] })).rejects.toThrow(/range \[0, NaN\]/);
  await expect(pixels([], [0, 2, 3])).rejects.toThrow(/shape \[0,2,3\], which is empty/);
});

test('shows one channel as grey and a fourth as alpha', async () => {
  expect(await pixels([0.2, 1], [1, 2, 1])).toEqual([51, 51, 51, 255, 255, 255, 255, 255]);
  expect(await pixels([0, 51, 255, 102], [1, 1, 4])).toEqual([0, 51, 255, 102]);
  await expect(pixels([1, 2], [1, 1, 2])).rejects.toThrow(/2 channels/);
});

test('takes alpha for no colour: it finds no range and is not scaled with the colours', async () => {
  // Colours of −1 to 1 under an alpha of bytes; of bytes under one of 0 to 1; of a mean and deviation.
  expect(await pixels([-1, 0, 0.6, 51], [1, 1, 4])).toEqual([0, 128, 204, 51]);
  expect(await pixels([0, 51, 200, 0.6], [1, 1, 4])).toEqual([0, 51, 200, 153]);
  expect(await pixels([-2, 0, 3, 1], [1, 1, 4])).toEqual([0, 102, 255, 255]);
  expect(await pixels([0, 0.2, 1, 0.6], [1, 1, 4], { range: [-1, 1] })).toEqual([128, 153, 255, 153]);
  const source = tensor([-2, 0, 2, 255], [1, 1, 4]);
  expect((await pictureFromTensor(source)).range).toEqual({ black: -2, white: 2, found: true });
  source.dispose();
});

test('undoes a mean and deviation of the colours, and of alpha where there are four', async () => {
  const three = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
  expect(await pixels([-1, 0, 1, 0.6], [1, 1, 4], three)).toEqual([0, 128, 255, 153]);
  expect(await pixels([-1, 0, 1, 0.6], [1, 1, 4], { mean: 0.5, std: 0.5 })).toEqual([0, 128, 255, 153]);
  const four = { mean: [0.5, 0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5, 0.5] };
  expect(await pixels([-1, 0, 1, 0.2], [1, 1, 4], four)).toEqual([0, 128, 255, 153]);
  await expect(pixels([-1, 0, 1, -1], [1, 1, 4])).rejects.toThrow(/alpha -1 in the fourth channel.*four numbers/);
  await expect(pixels([0, 51, 255, 300], [1, 1, 4])).rejects.toThrow(/alpha 300/);
});

test('shows an even picture as black', async () => {
  expect(await pixels([-3, -3, -3], [1, 1, 3])).toEqual([0, 0, 0, 255]);
});

test('is transparent until it is given a colour', () => {
  expect(Array.from(createPicture(1, 1).data)).toEqual([0, 0, 0, 0]);
  expect(Array.from(createPicture(1, 1, [1, 2, 3]).data)).toEqual([1, 2, 3, 255]);
});
