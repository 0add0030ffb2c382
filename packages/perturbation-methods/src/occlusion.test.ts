import { add, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import { closeTo, convolutionToy, describeMethod, openBackend, scoreOf, seeded, slowOcclusion } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { occlusion } from './occlusion';

describeMethod('occlusion', () => occlusion({ window: 2 }));

beforeAll(() => openBackend('cpu'));

test('is the mean drop over the windows that cover an element, the last ones cut off at the border', async () => {
  const toy = convolutionToy();
  const x = seeded(3, [1, ...toy.inputShape]);
  const numbers = Float32Array.from(await x.data());
  const window = toy.inputShape.map((size) => Math.min(size, 3));
  const strides = window.map((size) => Math.min(size, 2));
  const baseline = new Float32Array(numbers.length).fill(0.25);
  const expected = await slowOcclusion(scoreOf(toy, 0), numbers, baseline, { shape: toy.inputShape, window, strides });
  const why = await attribute(toy.model, x, { method: occlusion({ window, strides }), target: 0, baseline: 0.25 });
  await closeTo(why.values, { shape: x.shape, values: Float32Array.from(expected) });
  why.dispose();
  x.dispose();
  toy.dispose();
});

test('covers one of several inputs at a time', async () => {
  const [a, b] = [tensor2d([[1, 2]]), tensor2d([[3, 4, 5]])];
  const model = (a: Tensor, b: Tensor): Tensor => add(sum(a, 1, true), sum(b, 1, true));
  const why = await attribute(model, [a, b], { method: occlusion({ window: [[1], [3]] }) });
  await closeTo(why.values[0] as Tensor, { shape: [1, 2], values: Float32Array.of(1, 2) });
  await closeTo(why.values[1] as Tensor, { shape: [1, 3], values: Float32Array.of(12, 12, 12) });
  why.dispose();
  a.dispose();
  b.dispose();
});

test.each([
  { window: [3, 1] },
  { window: [3] },
  { window: [0, 1] },
  { window: [1, 1], strides: [2, 1] },
  { window: [1, 1], strides: 0 },
])('refuses %o for an input of 2 × 2', async (options) => {
  const x = seeded(1, [1, 2, 2]);
  const model = (x: Tensor): Tensor => sum(x, [1, 2]);
  await expect(attribute(model, x, { method: occlusion(options) })).rejects.toThrow(/whole numbers/);
  x.dispose();
});
