import { readFile } from 'node:fs/promises';
import { getBackend } from '@tensorflow/tfjs-core';
import { onEachBackend } from '@vitrum/testing';
import { expect, test } from 'vitest';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

test('the README shows the example', async () => {
  const example = (await text('./example.ts')).replace(/^export /gm, '');
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
});

onEachBackend('the example of the README on %s', () => {
  test('runs in TensorFlow', async () => {
    const { squares } = await import('./example');
    expect(Array.from(squares)).toEqual([4, 9]);
    expect(getBackend()).toBe('tensorflow');
  });
}, ['node']);
