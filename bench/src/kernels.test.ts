import { engine, setBackend, square, tensor1d, tidy } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { watchKernels } from './kernels';

test('every kernel is seen once, in order, with the shapes it was given, and the engine is left as it was', async () => {
  await setBackend('cpu');
  const before = Object.getOwnPropertyNames(engine());
  const { result, kernels } = await watchKernels(() => tidy(() => square(square(tensor1d([1, 2])))));
  expect([...(await result.data())]).toEqual([1, 16]);
  expect(kernels.map(({ kernel, shapes }) => [kernel, shapes])).toEqual([
    ['Square', '[2]'],
    ['Square', '[2]'],
  ]);
  expect(Object.getOwnPropertyNames(engine())).toEqual(before);
  result.dispose();
});
