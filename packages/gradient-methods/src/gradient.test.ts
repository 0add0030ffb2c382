import { attribute } from '@vitrum/core';
import {
  closeTo,
  convolutionToy,
  denseToy,
  describeMethod,
  openBackend,
  scoreOf,
  seeded,
  slowGradient,
} from '@vitrum/testing';
import { expect, test } from 'vitest';
import { gradient } from './gradient';
import { inputXGradient } from './input-x-gradient';
import { saliency } from './saliency';

describeMethod('gradient', gradient);
describeMethod('saliency', saliency);
describeMethod('inputXGradient', inputXGradient);

test.each([denseToy, convolutionToy])('all three follow the finite differences of the score', async (make) => {
  await openBackend('cpu');
  const toy = make();
  const x = seeded(5, [1, ...toy.inputShape]);
  const numbers = Float32Array.from(await x.data());
  const slopes = await slowGradient(scoreOf(toy, 1), numbers);
  const found = await attribute(toy.model, x, { method: gradient(), target: 1 });
  const sizes = await attribute(toy.model, x, { method: saliency(), target: 1 });
  const shares = await attribute(toy.model, x, { method: inputXGradient(), target: 1 });
  const bound = { absolute: 1e-3, relative: 5e-3 }; // of a difference with step 1e-2 in float32
  const flat = (values: ArrayLike<number>) => ({ shape: x.shape, values: Float32Array.from(values) });
  await closeTo(found.values, flat(slopes), bound);
  await closeTo(sizes.values, flat(slopes.map(Math.abs)), bound);
  await closeTo(shares.values, flat(slopes.map((slope, i) => slope * (numbers[i] ?? 0))), bound);
  expect(found.score).toEqual(Float32Array.of(await scoreOf(toy, 1)(numbers)));
  for (const one of [found, sizes, shares]) one.dispose();
  x.dispose();
  toy.dispose();
});
