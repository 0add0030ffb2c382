import { parseHTML } from 'linkedom/worker';
import { expect, test } from 'vitest';
import { grid } from './grid';

const map = (...values: number[]) => ({ width: 2, height: 1, values: Float32Array.from(values) });
const maps = [
  [map(1, 2), map(4, 0)],
  [map(100, 0), map(-50, 0)],
];
const names = { title: 'A grid', rows: ['one', 'two'], columns: ['left', 'right'] };
const words = (svg: string) =>
  Array.from(
    parseHTML(`<html><body>${svg}</body></html>`).document.querySelectorAll('text'),
    ({ textContent }) => textContent,
  );

/** The limits of the panels, in reading order. */
const limits = (figure: ReturnType<typeof grid>) =>
  JSON.parse(JSON.stringify(figure.data)).panels.map(({ limit }: { limit: number }) => limit);

test('has one scale for a row, for all, or for each map', () => {
  const options = { ...names, limit: 'maximum' } as const;
  expect(limits(grid(maps, options))).toEqual([4, 4, 100, 100]);
  expect(limits(grid(maps, { ...options, share: 'all' }))).toEqual([100, 100, 100, 100]);
  expect(limits(grid(maps, { ...options, share: 'none' }))).toEqual([2, 4, 100, 50]);
});

test('shows a colour bar for each scale', () => {
  const bars = (share: 'row' | 'all' | 'none') =>
    words(grid(maps, { ...names, limit: 'maximum', share }).svg()).filter((text) => text.startsWith('−'));
  expect(bars('row')).toEqual(['−4.0', '−100']);
  expect(bars('all')).toEqual(['−100']);
  expect(bars('none')).toEqual(['−2.0', '−4.0', '−100', '−50']);
});

test('names rows, columns and groups of columns once, and each panel in words', () => {
  const figure = grid(maps, { ...names, columns: [{ heading: 'cat', parts: ['block 3', 'block 10'] }] });
  const shown = words(figure.svg());
  for (const word of ['one', 'two', 'cat', 'block 3', 'block 10'])
    expect(shown.filter((text) => text === word)).toHaveLength(1);
  expect(figure.alt).toContain('two, cat, block 10: Heat map, 2 × 1 pixels. Largest 0 at row 0, column 1');
});

test('leaves a place for a map that is missing, and says so', () => {
  const figure = grid([[map(1, 2), undefined]], { ...names, rows: ['one'] });
  expect(words(figure.svg())).toContain('no map');
  expect(limits(figure)).toHaveLength(1);
});

test('says below a map that it is zero everywhere', () => {
  expect(words(grid([[map(0, 0), map(1, 0)]], { ...names, rows: ['one'] }).svg()).join(' ')).toContain(
    'zero everywhere',
  );
});

test('keeps the pictures inside of the page', () => {
  const figure = grid(maps, names);
  const { width, height, data } = figure.picture();
  expect([width, height]).toEqual([figure.width, figure.height]);
  for (let x = 0; x < width; x++) expect(data[((height - 1) * width + x) * 4]).toBe(255);
});

test('refuses maps that are not as many as their names', () => {
  expect(() => grid(maps, { ...names, rows: ['one'] })).toThrow(/2 rows of 2 maps.*1 rows of 2/s);
  expect(() => grid([[map(1, 2)], maps[1] ?? []], names)).toThrow(/1 or 2 maps/);
  expect(() => grid([], { ...names, rows: [] })).toThrow(/0 drawings/);
});
