import { readdirSync, readFileSync } from 'node:fs';
import { decodePng } from '@vitrum/visualization';
import { describe, expect, test } from 'vitest';
import { filesOf, gallery, galleryPage, kept } from './gallery';

const read = (file: string): Buffer => readFileSync(new URL(file, kept));
const figures = await Promise.all(gallery.map(async (example) => ({ example, figure: await example.draw() })));

describe.each(figures)('the example $example.name', ({ example, figure }) => {
  test('draws what is kept in docs/gallery', () => {
    for (const [file, content] of Object.entries(filesOf(example.name, figure))) {
      if (typeof content === 'string') expect(content, file).toBe(read(file).toString());
      else {
        const [drawn, before] = [decodePng(content), decodePng(read(file))];
        expect([drawn.width, drawn.height], file).toEqual([before.width, before.height]);
        // Engines may round a colour's powers the other way: two levels of 255.
        const worst = drawn.data.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - (before.data[at] ?? 0))),
          0,
        );
        expect(worst, file).toBeLessThanOrEqual(2);
      }
    }
  });

  test('says in words what it shows, and keeps it as numbers', () => {
    expect(figure.alt.split('\n').length).toBeGreaterThan(1);
    expect(figure.alt).toMatch(/\d/);
    expect(JSON.parse(JSON.stringify(figure.data))).toEqual(figure.data);
    expect(figure.svg()).toContain('role="img"');
  });
});

test('docs/gallery.md shows every example, and docs/gallery/ holds nothing else', () => {
  expect(read('../gallery.md').toString()).toBe(galleryPage(figures));
  const expected = figures.flatMap(({ example, figure }) => Object.keys(filesOf(example.name, figure)));
  expect(readdirSync(kept).sort()).toEqual(expected.sort());
});
