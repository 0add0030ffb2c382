import { engine, getKernel, scalar, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { GradientTools } from '@vitrum/core';
import { gradients } from '@vitrum/core/gradients';
import { onEachBackend, openBackend, seededNumbers } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { bySideOf, rescaled } from './in-one';

const has = (kernel: string) => getKernel(kernel, engine().backendName) !== undefined;
const weights: GradientTools['weights'] = { of: (weight, _, transform) => transform(weight), dispose() {} };
const ways: Record<string, GradientTools> = {
  'as the backend does it best': { weights, gradients, has },
  'step by step': { weights, gradients, has: () => false },
};

const draw = (seed: number) => Float32Array.from(seededNumbers(seed, 24), (u) => 3 * u);
/** The sign changes within, and some are 0. */
const crossing = (seed: number) => draw(seed).map((value, i) => (i % 6 === 0 ? 0 : value));
const sign = (value: number) => (value >= 0 ? 1 : -1);

async function expectEach(run: () => Tensor, expected: (i: number) => number): Promise<void> {
  const found = tidy(run);
  const values = await found.data();
  found.dispose();
  expect(values).toHaveLength(24);
  for (const [i, value] of values.entries()) {
    expect(Math.abs(value - expected(i))).toBeLessThanOrEqual(3e-6 * Math.max(1e-6, Math.abs(expected(i))));
  }
}

onEachBackend('on %s', (backend) => {
  beforeAll(() => openBackend(backend));

  describe.each(Object.entries(ways))('%s,', (_, tools) => {
    const [r, z, away] = [draw(1), crossing(2), draw(3).map(Math.abs)];

    test('a quotient keeps its divisor away from 0, on its side of it', async () => {
      for (const epsilon of [0.3, 1e-9]) {
        const run = () => bySideOf(tensor1d(z), tools).quotient(tensor1d(r), epsilon);
        await expectEach(run, (i) => (r[i] ?? 0) / ((z[i] ?? 0) + sign(z[i] ?? 0) * epsilon));
      }
    });

    test('and further away by what is given for each', async () => {
      const run = () => bySideOf(tensor1d(z), tools).quotient(tensor1d(r), 0.1, tensor1d(away));
      await expectEach(run, (i) => (r[i] ?? 0) / ((z[i] ?? 0) + sign(z[i] ?? 0) * ((away[i] ?? 0) + 0.1)));
    });

    test('what is turned has the sign of another, unchanged where that is 0', () =>
      expectEach(
        () => bySideOf(tensor1d(z), tools).turned(tensor1d(r)),
        (i) => (r[i] ?? 0) * sign(z[i] ?? 0),
      ));
  });
});

onEachBackend('native TensorFlow', () => {
  beforeAll(() => openBackend('node'));

  test('does each in one', () => {
    for (const kernel of ['VitrumQuotient', 'VitrumTurned', 'VitrumRescaled']) expect(has(kernel)).toBe(true);
  });

  test('a multiplier is how far the output moved over how far the input did, or the gradient', async () => {
    const [dy, gradient, x, y, y0] = [draw(4), draw(5), draw(6), draw(7), draw(8)];
    const x0 = draw(9).map((value, i) => (i % 5 === 0 ? (x[i] ?? 0) : value)); // some did not move
    const run = () => {
      const [a, b, c] = [dy, gradient, x].map((values) => tensor1d(values)) as [Tensor, Tensor, Tensor]; // of three
      const [d, e, f] = [x0, y, y0].map((values) => tensor1d(values)) as [Tensor, Tensor, Tensor]; // and of three
      return rescaled({ weights, has, gradients }, { dy: a, x: c, x0: d, y: e, y0: f }, () => b, 1e-10) as Tensor; // there is a kernel
    };
    await expectEach(run, (i) =>
      x[i] === x0[i]
        ? (gradient[i] ?? 0)
        : ((dy[i] ?? 0) * ((y[i] ?? 0) - (y0[i] ?? 0))) / ((x[i] ?? 0) - (x0[i] ?? 0)),
    );
  });

  test('leaves nothing behind', async () => {
    const before = engine().memory().numTensors;
    const [r, z] = [scalar(2), scalar(-0.5)];
    const found = bySideOf(z, { weights, gradients, has }).quotient(r, 0.5);
    expect([...(await found.data())]).toEqual([-2]);
    for (const t of [r, z, found]) t.dispose();
    expect(engine().memory().numTensors).toBe(before);
  });
}, ['node']);
