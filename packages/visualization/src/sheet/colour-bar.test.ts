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
