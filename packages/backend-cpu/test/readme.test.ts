import { readFile } from 'node:fs/promises';
import { getBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { squares } from './example';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

test('the README shows the example, which runs on cpu', async () => {
  const example = (await text('./example.ts')).replace(/^export /gm, '');
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  expect(Array.from(squares)).toEqual([4, 9]);
  expect(getBackend()).toBe('cpu');
});
