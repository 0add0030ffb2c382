import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { massLimit } from './limits';
import { normalize, type Sign } from './normalize';

const map = (...values: number[]) => ({ width: values.length, height: 1, values: Float32Array.from(values) });
const strengths = (sign: Sign, ...values: number[]) => Array.from(normalize(map(...values), { sign }).strengths);

describe('massLimit', () => {
  test.each([
    [2, 10],
    [10, 10],
    [25, 10],
    [50, 10],
    [90, 2],
  ])('cuts %d %% of the mass of 1, 2, 3, 10 at %d', (outliers, limit) => {
    expect(massLimit(outliers)(Float32Array.of(10, 2, 1, 3))).toBe(limit);
  });

  // 99 ones and a two: mass 101, of which 98 % is 98.98, which the running sum reaches at the last one.
  test('leaves an outlier above the limit', () => {
    expect(massLimit()(Float32Array.from([2, ...Array<number>(99).fill(1)]))).toBe(1);
  });

  test('is the smallest size that the mass up to it says', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 99 }), (values, outliers) => {
        const massUpTo = (size: number): number => values.filter((value) => value <= size).reduce((a, b) => a + b, 0);
        const wanted = (massUpTo(1000) * (100 - outliers)) / 100;
        const slow = values.filter((size) => massUpTo(size) >= wanted).sort((a, b) => a - b)[0];
        expect(massLimit(outliers)(Float32Array.from(values))).toBe(slow);
      }),
    );
  });
});

describe('normalize', () => {
  const third = Math.fround(1 / 3);
  const [tenth, fifth, threeTenths] = [0.1, 0.2, 0.3].map(Math.fround);

  // What Captum 0.9.0 gives for [[1, 2], [3, -10]] with outlier_perc 2.
  test('agrees with Captum for each sign', () => {
    expect(strengths('all', 1, 2, 3, -10)).toEqual([tenth, fifth, threeTenths, -1]);
    expect(strengths('absolute', 1, 2, 3, -10)).toEqual([tenth, fifth, threeTenths, 1]);
    expect(strengths('positive', 1, 2, 3, -10)).toEqual([third, Math.fround(2 / 3), 1, 0]);
    expect(strengths('negative', 1, 2, 3, -10)).toEqual([0, 0, 0, 1]);
  });

  test('clips what lies beyond the limit', () => {
    const { strengths: clipped, limit } = normalize(map(-8, 2, 4), { limit: () => 4 });
    expect(Array.from(clipped)).toEqual([-1, 0.5, 1]);
    expect(limit).toBe(4);
  });

  test('gives zeros and the limit 0 where nothing counts', () => {
    expect(normalize(map(0, 0))).toEqual({ strengths: new Float32Array(2), limit: 0 });
    expect(normalize(map(-1, -2), { sign: 'positive' })).toEqual({ strengths: new Float32Array(2), limit: 0 });
  });

  test('does not depend on the unit of the attribution', () => {
    for (const sign of ['all', 'positive', 'negative', 'absolute'] as const)
      expect(strengths(sign, 1, -2, 4, -0.5)).toEqual(strengths(sign, 1024, -2048, 4096, -512));
  });
});
