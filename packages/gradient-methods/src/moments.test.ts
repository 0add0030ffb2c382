import { tensor } from '@tensorflow/tfjs-core';
import { openBackend, seededNumbers } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { moments, standardErrorOfMean, standardErrorOfVariance } from './moments';

beforeAll(() => openBackend('cpu'));

test('are those of the samples of each example, however they come in chunks', async () => {
  const parents = [0, 0, 0, 1, 1, 1, 1, 0, 1];
  // Far from 0, where the square of the mean would swallow the variance.
  const samples = parents.map((_, i) => [...seededNumbers(i, 2)].map((u) => Math.fround(1000 + u)));
  const of = (example: number, element: number) =>
    samples.flatMap((sample, i) => (parents[i] === example ? [sample[element] ?? 0] : []));
  for (const chunk of [1, 2, 4, 9]) {
    const found = moments(2, 4);
    for (let start = 0; start < parents.length; start += chunk) {
      const rows = samples.slice(start, start + chunk);
      await found.add([tensor(rows)], Int32Array.from(parents.slice(start, start + chunk)));
    }
    const seen: { n: number; mean: number; m2: number; m4: number }[] = [];
    const [shaped] = found.of((sampled) => seen.push(sampled));
    expect(shaped?.shape).toEqual([2, 2]);
    shaped?.dispose();
    for (const [at, { n, mean, m2, m4 }] of seen.entries()) {
      const all = of(Math.floor(at / 2), at % 2);
      const power = (k: number) => all.reduce((sum, v) => sum + (v - expected) ** k, 0) / all.length;
      const expected = all.reduce((a, b) => a + b, 0) / all.length;
      expect(n).toBe(all.length);
      expect(mean).toBeCloseTo(expected, 9);
      expect(m2).toBeCloseTo(power(2), 9);
      expect(m4).toBeCloseTo(power(4), 9);
    }
  }
});

test('of equal samples have no spread at all', async () => {
  const found = moments(1, 4);
  for (let i = 0; i < 7; i++) await found.add([tensor([[0.1]])], Int32Array.of(0));
  const [spread, error, ofVariance] = [
    found.of(({ m2 }) => m2),
    found.of(standardErrorOfMean),
    found.of(standardErrorOfVariance),
  ];
  for (const [values] of [spread, error, ofVariance]) {
    expect([...((await values?.data()) ?? [Number.NaN])]).toEqual([0]);
    values?.dispose();
  }
});
