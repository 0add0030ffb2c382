import { readFile } from 'node:fs/promises';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { png } from './example';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

test('the README shows the example, which makes a PNG file of four panels', async () => {
  const example = (await text('./example.ts')).replace(/^export /gm, '');
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  const { width, height } = PNG.sync.read(Buffer.from(png));
  expect(width).toBeGreaterThan(4 * 400);
  expect(height).toBeGreaterThan(400);
});
