import { expect, test } from 'vitest';
import { smooth } from './smooth';

const total = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);

test('moves attributions but neither makes nor loses any, at the edges too', () => {
  const values = Float32Array.from({ length: 12 * 9 }, (_, i) => Math.sin(i * i));
  for (const sigma of [0.5, 2, 6]) {
    const smoothed = smooth({ width: 12, height: 9, values }, sigma);
    expect(total(smoothed.values)).toBeCloseTo(total(values), 4);
  }
});

test('spreads a point as a Gaussian, as much down as across', () => {
  const [width, height, sigma] = [31, 31, 2];
  const values = new Float32Array(width * height);
  values[15 * width + 15] = 1;
  const { values: got } = smooth({ width, height, values }, sigma);
  const at = (row: number, column: number) => got[(15 + row) * width + 15 + column] ?? 0;
  for (const [row, column] of [
    [0, 1],
    [1, 0],
    [2, 3],
    [-4, 0],
  ] as const) {
    expect(at(row, column) / at(0, 0)).toBeCloseTo(Math.exp(-(row ** 2 + column ** 2) / (2 * sigma ** 2)), 5);
  }
});
