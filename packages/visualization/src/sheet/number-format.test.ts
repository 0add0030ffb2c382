import { expect, test } from 'vitest';
import { formatNumber } from './number-format';

test.each([
  [0, '0'],
  [-0, '0'],
  [0.0254, '0.025'],
  [-0.00302, '−0.0030'],
  [0.5, '0.50'],
  [9.26, '9.3'],
  [9.97, '10'],
  [123.4, '123'],
  [-1234.5, '−1235'],
  [0.000024, '2.4e−5'],
  [250_000, '2.5e5'],
])('writes %d as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
