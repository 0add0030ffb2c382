import { expect, test } from 'vitest';
import { type RgbPixels, resizeBicubic } from './resize';

const grey = (width: number, height: number, value: (column: number, row: number) => number): RgbPixels => ({
  width,
  height,
  data: Uint8ClampedArray.from({ length: width * height * 3 }, (_, index) =>
    value(Math.floor(index / 3) % width, Math.floor(index / 3 / width)),
  ),
});
const firstChannel = ({ data }: RgbPixels): number[] => Array.from(data).filter((_, index) => index % 3 === 0);

test('changes nothing at the same size', () => {
  const pixels = grey(5, 3, (column, row) => 37 * column + 11 * row);
  expect(resizeBicubic(pixels, 5, 3)).toEqual(pixels);
});

// Halving four pixels: the left pixel of the result sees them at the distances −¼, ¼, ¾ and 1¼ of its own pixels, the
// right one in the other order. The kernel's values there are exact in binary.
test('halves with the weights worked by hand', () => {
  const values = [0, 64, 128, 255];
  const near = [0.8671875, 0.8671875, 0.2265625, -0.0703125];
  const total = near.reduce((sum, weight) => sum + weight, 0);
  const left = values.reduce((sum, value, index) => sum + value * (near[index] ?? 0), 0) / total;
  const right = values.reduce((sum, value, index) => sum + value * (near[3 - index] ?? 0), 0) / total;
  const halved = resizeBicubic(
    grey(4, 1, (column) => values[column] ?? 0),
    2,
    1,
  );
  expect(firstChannel(halved)).toEqual([Math.round(left), Math.round(right)]);
});

test('treats rows and columns alike', () => {
  const value = (column: number, row: number) => 20 * column + 3 * row;
  const wide = resizeBicubic(
    grey(9, 1, (column) => value(column, 0)),
    4,
    1,
  );
  const tall = resizeBicubic(
    grey(1, 9, (_, row) => value(row, 0)),
    1,
    4,
  );
  expect(firstChannel(tall)).toEqual(firstChannel(wide));
});
