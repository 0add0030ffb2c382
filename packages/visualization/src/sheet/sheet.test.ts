import { expect, test } from 'vitest';
import { heatMap } from '../heat-map';
import { original } from '../original';
import type { Picture } from '../picture';
import { drawSheet } from './sheet';

const map = { width: 20, height: 10, values: Float32Array.from({ length: 200 }, (_, index) => index - 100) };
const heat = heatMap(map);
const options = { title: 'A title', panelWidth: 100 };
const pixelAt = ({ data, width }: Picture, x: number, y: number) =>
  Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4));

/** Where a part, every pixel a square of `factor`, lies in a sheet; undefined if nowhere. */
function find(sheet: Picture, part: Picture, factor: number): [number, number] | undefined {
  const matches = (x: number, y: number): boolean => {
    for (let row = 0; row < part.height * factor; row++)
      for (let column = 0; column < part.width * factor; column++) {
        const wanted = pixelAt(part, Math.floor(column / factor), Math.floor(row / factor));
        if (pixelAt(sheet, x + column, y + row).join() !== wanted.join()) return false;
      }
    return true;
  };
  for (let y = 0; y + part.height * factor <= sheet.height; y++)
    for (let x = 0; x + part.width * factor <= sheet.width; x++) if (matches(x, y)) return [x, y];
  return undefined;
}

test('holds every picture whole, enlarged by a whole number', () => {
  const place = find(drawSheet([heat], options), heat.picture, 5);
  expect(place).toBeDefined();
});

test('is white at its edges and opaque everywhere', () => {
  const sheet = drawSheet([heat, original(heat.picture)], { ...options, subtitle: 'more', footer: 'small print' });
  for (const [x, y] of [
    [0, 0],
    [sheet.width - 1, 0],
    [0, sheet.height - 1],
    [sheet.width - 1, sheet.height - 1],
  ] as const)
    expect(pixelAt(sheet, x, y)).toEqual([255, 255, 255, 255]);
  expect(sheet.data.every((value, index) => index % 4 !== 3 || value === 255)).toBe(true);
});

test('begins a new row after the columns it is given', () => {
  const one = drawSheet([heat], options);
  const wide = drawSheet([heat, heat, heat], options);
  const tall = drawSheet([heat, heat, heat], { ...options, columns: 1 });
  expect(wide.height).toBe(one.height);
  expect(tall.width).toBe(one.width);
  expect(wide.width).toBeGreaterThan(3 * 100);
  expect(tall.height).toBeGreaterThan(one.height + 2 * 50);
});

test('says what is missing', () => {
  const zero = heatMap({ ...map, values: new Float32Array(200) });
  const silent = drawSheet([{ ...zero, notes: [] }], options);
  expect(drawSheet([zero], options).height).toBeGreaterThan(silent.height);
});

test('makes small pictures large enough to look at', () => {
  expect(drawSheet([heat], { title: '' }).width).toBeGreaterThanOrEqual(400);
});

test('refuses no drawings, and panels narrower than their pictures', () => {
  expect(() => drawSheet([], options)).toThrow(/0 drawings/);
  expect(() => drawSheet([heat], { title: '', panelWidth: 10 })).toThrow(/panels of 10 pixels/);
});

test('refuses columns and panels that are no whole numbers', () => {
  for (const columns of [0, 1.5, Number.NaN])
    expect(() => drawSheet([heat, heat], { title: '', columns })).toThrow(
      /columns .*; expected a positive whole number/,
    );
  expect(() => drawSheet([heat], { title: '', panelWidth: 450.5 })).toThrow(/panels of 450.5 pixels/);
});
