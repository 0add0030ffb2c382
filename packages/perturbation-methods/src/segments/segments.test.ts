import { AttributionError } from '@vitrum/core';
import { describe, expect, test } from 'vitest';
import { connected } from './connected';
import { toLab } from './lab';
import { patches } from './patches';
import { superpixels } from './superpixels';

type Colour = readonly [number, number, number];

const painted = (width: number, height: number, colour: (column: number, row: number) => Colour) => ({
  width,
  height,
  data: Uint8ClampedArray.from(
    Array.from({ length: width * height }, (_, i) => [...colour(i % width, Math.floor(i / width)), 255]).flat(),
  ),
});

/** How many connected parts (by sides) the pixels of each number form: a slow fill from every pixel. */
function partsOf(of: Int32Array, width: number): Map<number, number> {
  const parts = new Map<number, number>();
  const seen = new Set<number>();
  of.forEach((number, start) => {
    if (seen.has(start)) return;
    parts.set(number, (parts.get(number) ?? 0) + 1);
    const open = [start];
    for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
      if (seen.has(pixel) || of[pixel] !== number) continue;
      seen.add(pixel);
      if (pixel % width > 0) open.push(pixel - 1);
      if (pixel % width < width - 1) open.push(pixel + 1);
      open.push(pixel - width, pixel + width);
    }
  });
  return parts;
}

describe('superpixels', () => {
  // Four colours in quarters that lie off the grid of seeds.
  const edge = { column: 25, row: 17 };
  const quarters = painted(40, 30, (column, row) =>
    row < edge.row
      ? column < edge.column
        ? [200, 30, 30]
        : [30, 160, 40]
      : column < edge.column
        ? [40, 60, 200]
        : [230, 220, 60],
  );

  test('never cross an edge between even colours', () => {
    const of = superpixels(quarters, { count: 12 });
    const quarter = (pixel: number) =>
      2 * Number(Math.floor(pixel / 40) >= edge.row) + Number(pixel % 40 >= edge.column);
    const quartersOf = new Map<number, Set<number>>();
    for (const [pixel, part] of of.entries())
      quartersOf.set(part, (quartersOf.get(part) ?? new Set()).add(quarter(pixel)));
    expect([...quartersOf.values()].map(({ size }) => size)).toEqual(Array(quartersOf.size).fill(1));
  });

  const noise = painted(64, 48, (column, row) => {
    const wave = (k: number) => 127 + 120 * Math.sin(column * k + row * (0.31 - k) + k * 7);
    return [wave(0.11), wave(0.23), wave(0.05)];
  });

  test.each([1, 7, 50])('are about as many as asked for, connected, and numbered from 0: %i', (count) => {
    const of = superpixels(noise, { count });
    const parts = partsOf(of, 64);
    expect([...parts.keys()].sort((a, b) => a - b)).toEqual([...parts.keys()].map((_, i) => i));
    expect([...parts.values()]).toEqual(Array(parts.size).fill(1));
    expect(parts.size).toBeGreaterThanOrEqual(Math.min(count, Math.ceil(count * 0.6)));
    expect(parts.size).toBeLessThanOrEqual(Math.ceil(count * 1.6));
  });

  test.each([
    [200, 1, 50],
    [1, 200, 4],
    [300, 3, 50],
    [3, 300, 10],
    [500, 5, 50],
  ])('of a picture of %i × %i pixels, thinner than a part is wide, are %i', (width, height, count) => {
    const even = painted(width, height, () => [90, 90, 90]);
    expect(partsOf(superpixels(even, { count }), width).size).toBe(count);
  });

  test.each([
    [200, 1],
    [3, 300],
  ])('of a thin picture of many colours are about as many as asked for, too: %i × %i', (width, height) => {
    const stripes = painted(width, height, (column, row) => [127 + 120 * Math.sin((column + row) * 0.3), 90, 200]);
    const { size } = partsOf(superpixels(stripes, { count: 50 }), width);
    expect(size).toBeGreaterThanOrEqual(30);
    expect(size).toBeLessThanOrEqual(80);
  });

  test('are the same every time, and of an even colour squares, but for pixels at their borders, which are as near to two', () => {
    expect(superpixels(noise, { count: 12 })).toEqual(superpixels(noise, { count: 12 }));
    const even = superpixels(
      painted(40, 30, () => [90, 90, 90]),
      { count: 12 },
    );
    const squares = patches({ width: 40, height: 30 }, { size: 10 });
    const inside = (n: number) => n % 10 > 0 && n % 10 < 9;
    const off = even.filter((part, i) => part !== squares[i] && inside(i % 40) && inside(Math.floor(i / 40)));
    expect(off).toHaveLength(0);
  });

  test.each([{ count: 0 }, { count: 1.5 }, { count: 4, compactness: 0 }])('refuse %o', (options) => {
    expect(() => superpixels(noise, options)).toThrow(AttributionError);
  });

  test('refuse pixels that are not RGBA', () => {
    expect(() => superpixels({ width: 2, height: 2, data: new Uint8Array(12) }, { count: 2 })).toThrow(
      /12 numbers for a picture of 2 × 2 pixels; expected 16/,
    );
  });
});

test('patches are squares in reading order, smaller at the end', () => {
  expect(Array.from(patches({ width: 5, height: 3 }, { size: 2 }))).toEqual([
    0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5,
  ]);
  expect(() => patches({ width: 5, height: 3 }, { size: 0 })).toThrow(AttributionError);
});

test('a small part goes to one that it touches', () => {
  //   0 0 1     the lone 2 is too small
  //   0 2 1
  const labels = Int32Array.of(5, 5, 6, 5, 9, 6);
  expect(Array.from(connected(labels, 3, 2, 0))).toEqual([0, 0, 1, 0, 2, 1]);
  expect([0, 1]).toContain(connected(labels, 3, 2, 2)[4]);
});

// Published values of sRGB primaries, white and mid-grey in CIELAB (D65): Lindbloom's calculator, CSS Color 4.
test.each([
  [
    [255, 255, 255],
    [100, 0, 0],
  ],
  [
    [0, 0, 0],
    [0, 0, 0],
  ],
  [
    [255, 0, 0],
    [53.24, 80.09, 67.2],
  ],
  [
    [0, 255, 0],
    [87.73, -86.18, 83.18],
  ],
  [
    [0, 0, 255],
    [32.3, 79.19, -107.86],
  ],
  [
    [119, 119, 119],
    [50.03, 0, 0],
  ],
])('%o is %o in CIELAB', (rgb, expected) => {
  const lab = Array.from(toLab([...rgb, 255], 1));
  for (const [i, value] of lab.entries()) expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(0.02);
});
