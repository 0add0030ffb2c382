import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalize, type Sign } from './normalize';

const map = (...values: number[]) => ({ width: values.length, height: 1, values: Float32Array.from(values) });
const strengths = (sign: Sign, ...values: number[]) => Array.from(normalize(map(...values), { sign }).strengths);

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

  test.each([Number.NaN, Infinity, -Infinity])('refuses %d, whatever the limit', (value) => {
    for (const limit of ['mass', 1] as const)
      expect(() => normalize(map(1, value, 2), { limit })).toThrow(/Got .* at place 1; expected finite attributions/);
  });

  test('refuses a sign and a limit that it does not know, and names those that it knows', () => {
    // @ts-expect-error Captum's name, as JavaScript may pass it
    expect(() => normalize(map(1, -2), { sign: 'absolute_value' })).toThrow(/positive, negative, absolute, all/);
    // @ts-expect-error as JavaScript may pass it
    expect(() => normalize(map(1, -2), { limit: 'max' })).toThrow(/mass, percentile, maximum, raw/);
  });

  test('does not depend on the unit of the attribution', () => {
    for (const sign of ['all', 'positive', 'negative', 'absolute'] as const)
      expect(strengths(sign, 1, -2, 4, -0.5)).toEqual(strengths(sign, 1024, -2048, 4096, -512));
  });

  /** Captum's rule, step by step and element by element, as its documentation says it. */
  function slow(values: readonly number[], sign: Sign): number[] {
    const kept = values.map((value) => {
      if (sign === 'absolute') return Math.abs(value);
      if (sign === 'positive') return Math.max(value, 0);
      if (sign === 'negative') return Math.min(value, 0);
      return value;
    });
    const sorted = kept.map(Math.abs).sort((a, b) => a - b);
    const sums = sorted.map((_, index) => sorted.slice(0, index + 1).reduce((a, b) => a + b, 0));
    const first = sums.findIndex((sum) => sum >= ((sums.at(-1) ?? 0) * 98) / 100);
    const threshold = (sorted[first] ?? 0) * (sign === 'negative' ? -1 : 1);
    return kept.map((value) => Math.min(1, Math.max(-1, value / threshold)));
  }

  test('is the rule of Captum for any attribution that is not all zeros', () => {
    const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(whole, fc.constantFrom('all', 'positive', 'negative', 'absolute'), (values, sign) => {
        fc.pre(
          values.some((value) => (sign === 'positive' ? value > 0 : sign === 'negative' ? value < 0 : value !== 0)),
        );
        const expected = slow(values, sign);
        strengths(sign, ...values).forEach((strength, index) => {
          expect(strength).toBeCloseTo(expected[index] ?? Number.NaN, 6);
        });
      }),
    );
  });
});
