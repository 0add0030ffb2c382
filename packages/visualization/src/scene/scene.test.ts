import fc from 'fast-check';
import { parseHTML } from 'linkedom/worker';
import { expect, test } from 'vitest';
import { decodePng } from '../png';
import { paintScene } from './paint-scene';
import type { Scene } from './scene';
import { sceneSvg } from './scene-svg';
import { escapeMarkup } from './svg';

const scene: Scene = {
  width: 60,
  height: 40,
  paper: [255, 255, 255],
  marks: [
    { kind: 'rectangle', x: 5, y: 5, width: 10, height: 20, fill: [200, 0, 0] },
    {
      kind: 'picture',
      x: 20,
      y: 5,
      width: 4,
      height: 2,
      picture: { width: 2, height: 1, data: Uint8ClampedArray.of(0, 9, 0, 255, 0, 0, 9, 255) },
    },
    {
      kind: 'text',
      text: 'a < b & "c"',
      style: { size: 10, weight: 'semibold', colour: [1, 2, 3] },
      x: 30,
      baseline: 30,
    },
  ],
};
const parsed = (svg: string) => parseHTML(`<html><body>${svg}</body></html>`).document;

test('paints marks where they lie, later ones above', () => {
  const { data, width } = paintScene(scene);
  const at = (x: number, y: number) => Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3));
  expect(at(4, 5)).toEqual([255, 255, 255]);
  expect(at(5, 5)).toEqual([200, 0, 0]);
  expect([at(21, 6), at(22, 6)]).toEqual([
    [0, 9, 0],
    [0, 0, 9],
  ]);
});

test('writes the same marks as SVG, with the alternative text as its name', () => {
  const document = parsed(sceneSvg(scene, 'less < more'));
  expect(document.querySelector('svg')?.getAttribute('aria-label')).toBe('less < more');
  expect(document.querySelector('svg')?.getAttribute('role')).toBe('img');
  const [paper, rectangle] = Array.from(document.querySelectorAll('rect'));
  expect(paper?.getAttribute('width')).toBe('60');
  expect(rectangle?.getAttribute('fill')).toBe('#c80000');
  expect(document.querySelector('text')?.textContent).toBe('a < b & "c"');
  const [, bytes = ''] = (document.querySelector('image')?.getAttribute('href') ?? '').split(',');
  expect(decodePng(Buffer.from(bytes, 'base64')).width).toBe(2);
});

test('reads back as written, whatever the text is', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 }).filter((value) => !/[\r\0]/.test(value));
  fc.assert(
    fc.property(text, (value) => {
      const allowed = value.replace(/[^\t\n\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
      const { document } = parseHTML(
        `<html><body><p title="${escapeMarkup(value)}">${escapeMarkup(value)}</p></body></html>`,
      );
      expect(document.querySelector('p')?.textContent).toBe(allowed);
      expect(document.querySelector('p')?.getAttribute('title')).toBe(allowed);
    }),
  );
});
