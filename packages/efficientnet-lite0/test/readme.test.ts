import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { best, seen } from './example';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

test('the README shows the example, which does what it says', async () => {
  const example = (await text('./example.ts')).replace(/^export /gm, '');
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  expect(best.slice(0, 3).map(({ label, probability }) => `${label} ${probability.toFixed(2)}`)).toEqual([
    'tiger cat 0.41',
    'Egyptian cat 0.34',
    'tabby 0.17',
  ]);
  expect([seen.width, seen.height]).toEqual([224, 224]);
});
