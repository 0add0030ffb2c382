import { expect, test } from 'vitest';
import { createPicture, type Picture } from '../picture';
import { glyphOf } from './glyphs';
import { drawText, measureText, type TextStyle, wrapText } from './text';

const style: TextStyle = { size: 40, weight: 'regular', colour: [0, 0, 0] };

/** The least and largest column and row that are not white. */
function inked({ width, height, data }: Picture) {
  const pixels = Array.from({ length: width * height }, (_, pixel) => pixel).filter(
    (pixel) => (data[pixel * 4] ?? 255) < 250,
  );
  const columns = pixels.map((pixel) => pixel % width);
  const rows = pixels.map((pixel) => Math.floor(pixel / width));
  return { left: Math.min(...columns), right: Math.max(...columns), top: Math.min(...rows), bottom: Math.max(...rows) };
}

const drawn = (text: string, place: Parameters<typeof drawText>[3]): Picture => {
  const picture = createPicture(200, 60, [255, 255, 255]);
  drawText(picture, text, style, place);
  return picture;
};

test('stands capitals on the baseline, 0.73 of the size high', () => {
  const { top, bottom } = inked(drawn('H', { x: 10, baseline: 50 }));
  expect(bottom).toBe(49);
  expect(50 - top).toBeGreaterThanOrEqual(29);
  expect(50 - top).toBeLessThanOrEqual(30);
});

test('keeps within the width it measures, from its anchor', () => {
  const width = measureText('Hello', style);
  for (const [anchor, left] of [
    ['start', 100],
    ['middle', 100 - width / 2],
    ['end', 100 - width],
  ] as const) {
    const ink = inked(drawn('Hello', { x: 100, baseline: 45, anchor }));
    expect(ink.left).toBeGreaterThanOrEqual(Math.floor(left));
    expect(ink.right).toBeLessThanOrEqual(left + width);
    expect(ink.right - ink.left).toBeGreaterThan(width * 0.85);
  }
});

test('cuts off what lies outside', () => {
  expect(() => drawn('Wide words beyond the edge', { x: -20, baseline: 10 })).not.toThrow();
});

test('draws an unknown accent without it, and an unknown script as a box', () => {
  expect(glyphOf('ř', 'regular')).toEqual(glyphOf('r', 'regular'));
  expect(glyphOf('猫', 'regular')).toEqual(glyphOf('犬', 'regular'));
  expect(glyphOf('é', 'regular')).not.toEqual(glyphOf('e', 'regular'));
});

test('breaks lines between words, and loses none', () => {
  const text = 'the quick brown fox jumps over the lazy dog';
  const lines = wrapText(text, style, 300);
  expect(lines.join(' ')).toBe(text);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(measureText(line, style)).toBeLessThanOrEqual(300);
  expect(wrapText('unbreakable', style, 10)).toEqual(['unbreakable']);
  expect(wrapText('', style, 10)).toEqual([]);
});

test('breaks no line at a space that is there to hold', () => {
  expect(wrapText('strides 8\u00a0×\u00a08', style, 10)).toEqual(['strides', '8\u00a0×\u00a08']);
  expect(measureText('8\u00a08', style)).toBe(measureText('8 8', style));
});

test('draws the Greek letters of formulas, each its own', () => {
  const letters = [...'ΓΔΘΛΠΣΦΨΩαβγδεζηθκλμνξπρστφχψω'];
  for (const weight of ['regular', 'semibold'] as const) {
    const box = glyphOf('字', weight);
    const outlines = letters.map((letter) => glyphOf(letter, weight)[1]);
    expect(new Set([...outlines, box[1]]).size).toBe(letters.length + 1);
  }
});
