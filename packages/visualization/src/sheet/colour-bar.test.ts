import { expect, test } from 'vitest';
import { paintScene } from '../scene/paint-scene';
import { colourBar, colourBarHeight } from './colour-bar';
import { sheetStyle } from './style';

test('runs from the colour of the lowest to that of the highest number', () => {
  const style = sheetStyle(400);
  const colours = (position: number) => `rgb(${Math.round(255 * position)}, 0, 0)`;
  const marks = colourBar({ colours, low: -1, high: 1 }, { x: 0, y: 0, width: 400 }, style);
  const picture = paintScene({ width: 400, height: colourBarHeight(style), paper: style.paper, marks });
  const row = Array.from({ length: 398 }, (_, column) => picture.data[(5 * 400 + column + 1) * 4] ?? 0);
  expect(row[0]).toBe(0);
  expect(row.at(-1)).toBe(255);
  expect(Math.abs((row[199] ?? 0) - 128)).toBeLessThanOrEqual(1);
  for (const [index, red] of row.entries()) expect(red).toBeGreaterThanOrEqual(row[index - 1] ?? 0);
});

const numbersOf = (low: number, high: number, width: number) =>
  colourBar({ colours: () => '#000000', low, high }, { x: 0, y: 0, width }, sheetStyle(width)).flatMap((mark) =>
    mark.kind === 'text' ? [mark] : [],
  );

test('names the ends and the middle, and leaves out the middle where the numbers would touch', () => {
  expect(numbersOf(-0.041, 0.041, 120).map(({ text }) => text)).toEqual(['−0.041', '0', '0.041']);
  expect(numbersOf(0, 0.0012, 80).map(({ text }) => text)).toEqual(['0', '0.0012']);
  expect(numbersOf(0, 0, 80).map(({ text }) => text)).toEqual(['0']);
});

test('sets numbers that can be read, below the bar, however small the panel is', () => {
  for (const width of [16, 60, 168, 224, 400]) {
    const style = sheetStyle(width);
    for (const { style: text, baseline } of numbersOf(-1, 1, width)) {
      expect(text.size).toBeGreaterThanOrEqual(11);
      expect(baseline - 0.73 * text.size).toBeGreaterThan(Math.round(1.75 * style.unit));
      expect(baseline).toBeLessThanOrEqual(colourBarHeight(style));
    }
    for (const each of [style.caption, style.subtitle, style.panelTitle]) expect(each.size).toBeGreaterThanOrEqual(11);
  }
});
