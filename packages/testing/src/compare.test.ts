import { describe, expect, test } from 'vitest';
import { compare, largest } from './compare';

const row = (...values: number[]) => ({ shape: [values.length], values });
const within = (bound: number) => () => bound;

describe('compare', () => {
  test('finds nothing wrong with equal numbers', () => {
    expect(compare([row(1, -2)], [row(1, -2)], ['values'], within(0))).toEqual({
      absolute: 0,
      relative: 0,
      problems: [],
    });
  });

  test('accepts a difference of exactly the bound and refuses a larger one', () => {
    expect(compare([row(1.25)], [row(1)], ['values'], within(0.25)).problems).toEqual([]);
    expect(compare([row(1.25)], [row(1)], ['values'], within(0.24)).problems).toHaveLength(1);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d whatever the bound', (value) => {
    const { absolute, problems } = compare([row(1, value, 1)], [row(1, 1, 1)], ['values'], within(1e30));
    expect(problems).toEqual([`1 of 3 differ in values; [1] is ${value} instead of 1`]);
    expect(absolute).toBe(Number.POSITIVE_INFINITY);
  });

  test('refuses another shape with the same numbers', () => {
    const { problems } = compare(
      [{ shape: [2, 1], values: [1, 2] }],
      [{ shape: [1, 2], values: [1, 2] }],
      ['values'],
      within(1),
    );
    expect(problems).toEqual(['values has shape [2,1] instead of [1,2]']);
  });

  test('refuses a missing tensor and one too many', () => {
    expect(compare([], [row(1)], ['values'], within(1)).problems).toEqual(['0 tensors instead of 1']);
    expect(compare([row(1), row(1)], [row(1)], ['values'], within(1)).problems).toEqual(['2 tensors instead of 1']);
  });

  test('names the element that is furthest beyond its bound', () => {
    const got = { shape: [2, 2], values: [5, 0, 0, 9] };
    const expected = { shape: [2, 2], values: [0, 0, 0, 0] };
    const { problems } = compare([got], [expected], ['values'], (_, i) => (i === 3 ? 8 : 1));
    expect(problems).toEqual(['2 of 4 differ in values; [0,0] is 5 instead of 0']);
  });

  test('divides the relative error by the largest expected number of all tensors', () => {
    const { relative } = compare([row(1), row(-4)], [row(2), row(-4)], ['a', 'b'], within(1));
    expect(relative).toBe(0.25);
    expect(largest([row(1), row(-4)])).toBe(4);
  });
});
