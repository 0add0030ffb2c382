import '@tensorflow/tfjs-backend-cpu';
import { type Tensor, tensor, tensor4d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { attributionMap } from './attribution-map';

const read = async (values: Tensor, example?: number) => {
  const result = await attributionMap({ values }, example === undefined ? {} : { example });
  values.dispose();
  return [result.width, result.height, Array.from(result.values)];
};

test('sums the channels of each pixel', async () => {
  expect(await read(tensor([1, 2, 3, 4, -5, 6], [1, 2, 3]))).toEqual([2, 1, [6, 5]]);
  expect(await read(tensor([1, 2, 3, 4], [1, 2, 1, 2]))).toEqual([1, 2, [3, 7]]);
});

test('takes a map without channels as it is', async () => {
  expect(await read(tensor([1, 2, 3, 4, 5, 6], [2, 3]))).toEqual([3, 2, [1, 2, 3, 4, 5, 6]]);
});

test('reads one example of a batch', async () => {
  const batch = () => tensor4d([1, 2, 30, 40], [2, 1, 2, 1]);
  expect(await read(batch())).toEqual([2, 1, [1, 2]]);
  expect(await read(batch(), 1)).toEqual([2, 1, [30, 40]]);
  const values = batch();
  await expect(attributionMap(values, { example: 2 })).rejects.toThrow(/example 2.*from 0 to 1/);
  values.dispose();
});

test('finds the only tensor of a container, and asks which of several', async () => {
  const values = tensor([1, 2], [1, 2]);
  expect((await attributionMap({ values: [values] })).values).toEqual(Float32Array.of(1, 2));
  expect((await attributionMap({ values: { photo: values } })).values).toEqual(Float32Array.of(1, 2));
  await expect(attributionMap({ values: { photo: values, other: values } })).rejects.toThrow(/photo, other/);
  values.dispose();
});

test('refuses other shapes and values that are not finite', async () => {
  const vector = tensor([1, 2, 3], [3]);
  await expect(attributionMap(vector)).rejects.toThrow(/shape \[3\]/);
  const broken = tensor([1, 2, 3, Number.NaN], [2, 2]);
  await expect(attributionMap(broken)).rejects.toThrow(/NaN at row 1, column 1/);
  vector.dispose();
  broken.dispose();
});
