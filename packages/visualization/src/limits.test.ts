import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Limit, type LimitName, limitOf, massLimit, maximumLimit, percentileLimit } from './limits';
import { normalize, sharedLimit } from './normalize';

const sizes = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 });
const some = sizes.filter((values) => values.some((value) => value > 0));
const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 });

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

  test('is the smallest size above zero that the mass up to it says', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 100 }), (values, outliers) => {
        const massUpTo = (size: number): number => values.filter((value) => value <= size).reduce((a, b) => a + b, 0);
        const wanted = (massUpTo(1000) * (100 - outliers)) / 100;
        const slow = values.filter((size) => size > 0 && massUpTo(size) >= wanted).sort((a, b) => a - b)[0];
        expect(massLimit(outliers)(Float32Array.from(values))).toBe(slow);
      }),
    );
  });
});

describe('percentileLimit', () => {
  test('takes the straight line between two sizes, zeros left out', () => {
    expect(percentileLimit(50)(Float32Array.of(0, 0, 1, 2, 4, 0, 8))).toBe(3);
    expect(percentileLimit(100)(Float32Array.of(0, 5, 1))).toBe(5);
    expect(percentileLimit(0)(Float32Array.of(0, 5, 1))).toBe(1);
  });

  test('is the straight line through the sizes in order, the least at 0 and the largest at 100', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 100 }), (values, percentile) => {
        const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
        const points = sorted.map((size, index) => ({
          size,
          at: sorted.length > 1 ? (100 * index) / (sorted.length - 1) : 0,
        }));
        const after = points.find(({ at }) => at >= percentile) ?? points.at(-1);
        const before = points.filter(({ at }) => at <= percentile).at(-1) ?? points[0];
        const [low, high] = [before ?? { at: 0, size: 0 }, after ?? { at: 0, size: 0 }];
        const share = high.at > low.at ? (percentile - low.at) / (high.at - low.at) : 0;
        const slow = low.size * (1 - share) + high.size * share;
        expect(percentileLimit(percentile)(Float32Array.from(values))).toBeCloseTo(slow, 6);
      }),
    );
  });
});

describe('limitOf', () => {
  test('knows limits by name, as numbers and as functions', () => {
    const values = Float32Array.of(1, 2, 4);
    const named: Record<LimitName, Limit> = {
      mass: massLimit(2),
      percentile: percentileLimit(99),
      maximum: maximumLimit,
      raw: () => 1,
    };
    for (const [name, limit] of Object.entries(named)) expect(limitOf(values, name as LimitName)).toBe(limit(values)); // keys of the record above
    expect(limitOf(values, 'maximum')).toBe(4);
    expect(limitOf(values, 3)).toBe(3);
    expect(limitOf(values, (all) => all.length)).toBe(3);
  });

  test('is 0 where all are, whatever is asked', () => {
    for (const limit of ['raw', 'percentile', 5, () => 7] as const) expect(limitOf(new Float32Array(3), limit)).toBe(0);
  });

  test('refuses a limit that draws nothing right', () => {
    for (const limit of [0, -1, Number.NaN, Infinity, () => 0])
      expect(() => limitOf(Float32Array.of(1), limit)).toThrow(/an attribution above 0/);
  });
});

describe('sharedLimit', () => {
  test('is the limit of all maps laid end to end', () => {
    const maps = fc.array(fc.array(float, { minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        maps,
        fc.constantFrom('all', 'positive', 'negative', 'absolute'),
        fc.constantFrom('mass', 'percentile', 'maximum', 'raw'),
        (parts, sign, limit) => {
          const together = normalize({ values: parts.flat() }, { sign, limit }).limit;
          expect(
            sharedLimit(
              parts.map((values) => ({ values })),
              { sign, limit },
            ),
          ).toBe(together);
        },
      ),
    );
  });

  test('gives equal attributions of different maps equal strengths', () => {
    const maps = [{ values: [1, 2] }, { values: [2, 8] }, { values: [0, 0] }];
    const limit = sharedLimit(maps, { limit: 'maximum' });
    const strengths = maps.map((map) => Array.from(normalize(map, { limit }).strengths));
    expect(strengths).toEqual([
      [1 / 8, 2 / 8],
      [2 / 8, 1],
      [0, 0],
    ]);
  });

  test('is 0 if no map has anything, and then draws nothing', () => {
    const limit = sharedLimit([{ values: [0] }, { values: [0, 0] }]);
    expect(limit).toBe(0);
    expect(normalize({ values: [0] }, { limit })).toEqual({ strengths: Float32Array.of(0), limit: 0 });
  });
});
