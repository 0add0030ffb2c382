import { mul, square, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import {
  closeTo,
  denseToy,
  describeMethod,
  openBackend,
  scoreOf,
  seeded,
  slowIntegratedGradients,
} from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { integratedGradients } from './integrated-gradients';

describeMethod('integratedGradients', () => integratedGradients({ steps: 6 }));

beforeAll(() => openBackend('cpu'));

const cubes = (x: Tensor): Tensor => sum(mul(x, square(x)), 1, true);

test('gives x³ − x′³ for the sum of cubes, exactly, with two points', async () => {
  const x = tensor2d([[1, -2]]);
  const why = await attribute(cubes, x, { method: integratedGradients({ steps: 2 }), baseline: 0.5 });
  await closeTo(why.values, { shape: [1, 2], values: Float32Array.of(1 - 0.125, -8 - 0.125) });
  expect(Math.abs(why.convergenceDelta?.[0] ?? Number.NaN)).toBeLessThan(1e-5);
  why.dispose();
  x.dispose();
});

test('gives the mean gradient alone without multiplyByInputs, and then promises no completeness', async () => {
  const x = tensor2d([[2]]);
  const why = await attribute(cubes, x, { method: integratedGradients({ steps: 2, multiplyByInputs: false }) });
  await closeTo(why.values, { shape: [1, 1], values: Float32Array.of(4) });
  expect(why.convergenceDelta).toBeUndefined();
  why.dispose();
  x.dispose();
});

test('follows the integral of finite differences', async () => {
  const toy = denseToy();
  const x = seeded(8, [1, ...toy.inputShape]);
  const numbers = Float32Array.from(await x.data());
  const expected = await slowIntegratedGradients(scoreOf(toy, 2), numbers, new Float32Array(numbers.length));
  const why = await attribute(toy.model, x, {
    method: integratedGradients({ steps: 200, quadrature: 'middle' }),
    target: 2,
  });
  await closeTo(
    why.values,
    { shape: x.shape, values: Float32Array.from(expected) },
    { absolute: 1e-3, relative: 5e-3 },
  );
  why.dispose();
  x.dispose();
  toy.dispose();
});

test.each([0, -1, 1.5, Number.NaN])('refuses %s steps', (steps) => {
  expect(() => integratedGradients({ steps })).toThrow(/steps/);
});
