import { readFile, writeFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { AttributionError } from '@vitrum/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src';
import type { Tensors, WrongCall } from './call';
import { wrongWays } from './how';
import { wrongQuestions } from './what';

const file = new URL('../../../../docs/errors.md', import.meta.url);
const page = await readFile(file, 'utf8').catch(() => '');
const wrongCalls = { ...wrongQuestions, ...wrongWays };
const rows = new Map<string, string>();

beforeAll(() => openBackend('cpu'));

async function errorOf({ call }: WrongCall): Promise<unknown> {
  const made: tf.Tensor[] = [];
  const make: Tensors['make'] = (values, shape, dtype = 'float32') => {
    const tensor = tf.tensor(values, shape, dtype);
    made.push(tensor);
    return tensor;
  };
  try {
    return await call({ x: make([1, 2, 3, -1, 0.5, 2], [2, 3]), make }).then(
      () => 'no error',
      (error: unknown) => error,
    );
  } finally {
    for (const tensor of made) if (!tensor.isDisposed) tensor.dispose();
  }
}

describe.each(Object.entries(wrongCalls))(
  '%s: a wrong call is told what came, what was expected and what to do',
  (_, calls) => {
    test.each(calls.map((call) => [call.title, call] as const))('%s', async (title, call) => {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(AttributionError);
      const { code, message } = error as AttributionError; // which was just asked
      expect(code).toBe(call.code);
      const parts = /^Got (.+?); expected (.+?)\. (\S.+)$/s.exec(message);
      expect(parts, message).not.toBeNull();
      expect(parts?.[1]).toMatch(call.got);
      rows.set(title, `| ${title} | \`${code}\` | ${message.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`);
      if (!process.env.WRITE_DOCS) expect(page).toContain(rows.get(title));
    });
  },
);

test('there are at least sixty, and the page has them all', async () => {
  const all = Object.entries(wrongCalls);
  expect(all.flatMap(([, calls]) => calls).length).toBeGreaterThanOrEqual(60);
  const sections = all.map(
    ([about, calls]) =>
      `## ${about}\n\n| a call with | code | says |\n| --- | --- | --- |\n${calls.map(({ title }) => rows.get(title)).join('\n')}\n`,
  );
  const text = `# What Vitrum says to a wrong call\n\nThere is one class of error, \`AttributionError\`. Its \`code\` is for programs; its text says what came, what was expected and what to do.\nThis page is made and checked by a test: each of these calls was made.\n\n${sections.join('\n')}`;
  if (process.env.WRITE_DOCS) await writeFile(file, text);
  else expect(page).toBe(text);
});
