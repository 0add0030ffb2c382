import { readFile } from 'node:fs/promises';
import * as main from '@vitrum/visualization';
import * as charts from '@vitrum/visualization/charts';
import * as html from '@vitrum/visualization/html';
import * as rasterize from '@vitrum/visualization/rasterize';
import * as report from '@vitrum/visualization/report';
import * as tokens from '@vitrum/visualization/text';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { alt, png } from './example';
import { chart, page, steps } from './example-charts';
import { pixels } from './example-pixels';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

const example = async (name: string): Promise<string> =>
  `\`\`\`ts\n${(await text(name)).replace(/^export /gm, '')}\`\`\``;

test('the README shows the example, which makes a PNG file of four panels', async () => {
  expect(await text('../README.md')).toContain(await example('./example.ts'));
  const { width, height } = PNG.sync.read(Buffer.from(png));
  expect(width).toBeGreaterThan(4 * 400);
  expect(height).toBeGreaterThan(400);
  expect(alt).toContain('Largest 0.50 at row 0, column 0; least −0.20 at row 0, column 1.');
});

test('the README shows charts and text, which are SVG and a page', async () => {
  expect(await text('../README.md')).toContain(await example('./example-charts.ts'));
  for (const svg of [chart, steps]) expect(svg).toContain('income = high');
  expect(page).toContain('>unwanted</span>');
});

test('the README shows a chart as pixels, two for each CSS pixel', () => {
  const [, size] = /width="(\d+)"/.exec(chart) ?? [];
  expect(PNG.sync.read(Buffer.from(pixels)).width).toBe(2 * Number(size));
});

test('the README names everything that is exported', async () => {
  const readme = await text('../README.md');
  for (const entry of [main, charts, html, rasterize, report, tokens])
    for (const name of Object.keys(entry)) expect(readme, name).toContain(`\`${name}`);
});
