import { mul, sigmoid, square, sub, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
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

describeMethod('integratedGradients', () => integratedGradients({ steps: 3 }));
describeMethod(
  'integratedGradients with as many steps as it takes',
  () => integratedGradients({ steps: 'auto', maxSteps: 32 }),
  { backends: ['cpu'], models: ['dense'] },
);

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

/** A cliff at `edge` on the way from 0 to x: the steeper, the more steps it takes. */
const cliffs = (x: Tensor): Tensor => sum(sigmoid(mul(sub(x, 0.43), 60)), 1, true);

test('takes as many steps as completeness needs, each example by itself', async () => {
  const x = tensor2d([
    [1, 0],
    [0.2, 0.1],
    [0.6, 1],
  ]);
  const method = integratedGradients({ steps: 'auto', quadrature: 'middle', tolerance: 1e-3 });
  const why = await attribute(cliffs, x, { method });
  const steps =
    /^(\d+), (\d+), (\d+) steps/
      .exec(why.notes[0] ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  expect(steps[1]).toBe(16);
  expect(Math.max(...steps)).toBeGreaterThan(16);
  why.score.forEach((score, e) => {
    const difference = score - (why.baselineScore?.[e] ?? 0);
    expect(Math.abs(why.convergenceDelta?.[e] ?? Number.NaN)).toBeLessThan(Math.max(1e-3 * Math.abs(difference), 2e-4));
  });
  // As many rows as all took that went on longest, and the last before it was not enough.
  const most = Math.max(...steps);
  const coarse = integratedGradients({ steps: most / 2, quadrature: 'middle' });
  const before = await attribute(cliffs, x, { method: coarse });
  const gaps = Array.from(before.convergenceDelta ?? [], (delta, e) =>
    Math.abs(delta / ((before.score[e] ?? 0) - (before.baselineScore?.[e] ?? 0))),
  );
  expect(Math.max(gaps[0] ?? 0, gaps[2] ?? 0)).toBeGreaterThan(1e-3);
  for (const one of [why, before]) one.dispose();
  x.dispose();
});

test('stops at maxSteps, and says so', async () => {
  const x = tensor2d([[0.44, 0]]);
  const method = integratedGradients({ steps: 'auto', quadrature: 'left', tolerance: 1e-9, maxSteps: 50 });
  const why = await attribute(cliffs, x, { method });
  expect(why.notes).toEqual([
    '50 steps along the path.',
    'Completeness within 1e-9 is missed: maxSteps 50 were not enough.',
  ]);
  const fixed = await attribute(cliffs, x, { method: integratedGradients({ steps: 50, quadrature: 'left' }) });
  await closeTo(why.values, fixed.values);
  for (const one of [why, fixed]) one.dispose();
  x.dispose();
});

test.each([{ tolerance: 0 }, { maxSteps: 0.5 }])('refuses %o', (options) => {
  expect(() => integratedGradients({ steps: 'auto', ...options })).toThrow(/tolerance 0|maxSteps 0.5/);
});

test.each([0, -1, 1.5, Number.NaN])('refuses %s steps', (steps) => {
  expect(() => integratedGradients({ steps })).toThrow(/steps/);
});
