import { add, scalar, sum, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { attribute, layer } from '@vitrum/core';
import { closeTo, convolutionToy, describeMethod, openBackend, scoreOf, seeded } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { featureAblation } from './feature-ablation';

describeMethod('featureAblation', () => featureAblation());

beforeAll(() => openBackend('cpu'));

test('is the drop of the score when the element alone is at its baseline', async () => {
  const toy = convolutionToy();
  const x = seeded(3, [1, ...toy.inputShape]);
  const score = scoreOf(toy, 0);
  const numbers = Float32Array.from(await x.data());
  const whole = await score(numbers);
  const expected = new Float32Array(numbers.length);
  for (const i of numbers.keys()) expected[i] = whole - (await score(numbers.map((x, j) => (j === i ? 0.25 : x))));
  const why = await attribute(toy.model, x, { method: featureAblation(), target: 0, baseline: 0.25 });
  await closeTo(why.values, { shape: x.shape, values: expected });
  expect(why.cost.forward).toBe(numbers.length + 3); // x, the baseline, and the first row of many once more alone
  why.dispose();
  x.dispose();
  toy.dispose();
});

test('moves a feature across inputs together, and gives each of its elements the whole drop', async () => {
  const [a, b] = [tensor2d([[1, 2]]), tensor2d([[3, 4, 5]])];
  const masks = [tensor2d([[8, 3]], [1, 2], 'int32'), tensor2d([[3, 3, 5]], [1, 3], 'int32')];
  const model = (a: Tensor, b: Tensor): Tensor => add(sum(a, 1, true), sum(b, 1, true));
  const why = await attribute(model, [a, b], { method: featureAblation(), features: masks, baseline: [0, 1] });
  await closeTo(why.values[0] as Tensor, { shape: [1, 2], values: Float32Array.of(1, 2 + 2 + 3) });
  await closeTo(why.values[1] as Tensor, { shape: [1, 3], values: Float32Array.of(7, 7, 4) });
  why.dispose();
  for (const tensor of [a, b, ...masks]) tensor.dispose();
});

test('takes int inputs, and reads masks and baseline in the shape of the layer it is at', async () => {
  const ids = tensor2d([[4, 7]], [1, 2], 'int32');
  const counts = (x: Tensor): Tensor => tidy(() => add(sum(x, 1, true), scalar(0.5)));
  const why = await attribute(counts, ids, { method: featureAblation(), baseline: 1 });
  await closeTo(why.values, { shape: [1, 2], values: Float32Array.of(3, 6) });
  why.dispose();
  ids.dispose();
  const toy = convolutionToy();
  const x = seeded(3, [2, ...toy.inputShape]);
  const one = scalar(1, 'int32');
  const at = layer(toy.hidden.site.layer);
  const whole = await attribute(toy.model, x, { method: featureAblation(), target: 1, at, features: one });
  const numbers = await whole.values.data();
  expect(whole.values.shape).toEqual([2, ...toy.hidden.shape]);
  const size = numbers.length / 2;
  expect(new Set(numbers.subarray(0, size)).size).toBe(1);
  expect(whole.cost.forward).toBe(2 + 1 + 2 + 2);
  whole.dispose();
  for (const tensor of [x, one]) tensor.dispose();
  toy.dispose();
});
