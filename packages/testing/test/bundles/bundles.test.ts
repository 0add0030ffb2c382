import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeTo } from '../../src';
import { bundle, type Line, run } from './bundle';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrum-bundles-'));
});
afterAll(() => rm(folder, { recursive: true }));
const file = (name: string) => join(folder, name);
const ofFunctions = [
  'fused convolutions',
  'logarithms of probabilities',
  'running products',
  'a function that waits',
  'a gradient of its own',
];

test('in a minified bundle, gradients are what finite differences say', { timeout: 60_000 }, async () => {
  await bundle('./one-copy.ts', file('one.mjs'));
  await right(await run(file('one.mjs')), [...ofFunctions, 'a LayersModel', 'a GraphModel']);
});

test('they are in one that is split into chunks', { timeout: 60_000 }, async () => {
  await bundle('./one-copy.ts', file('split'), { split: true });
  await right(await run(file('split/one-copy.js')), [...ofFunctions, 'a LayersModel', 'a GraphModel']);
});

describe('with a model that another copy of TensorFlow.js computes', { timeout: 60_000 }, () => {
  beforeAll(() => bundle('./two-copies.ts', file('two.mjs')), 60_000);

  test('gradients are right, as copies share their engine', async () => {
    await bundle('./second-copy.ts', file('second.mjs'));
    await right(await run(file('two.mjs'), pathToFileURL(file('second.mjs')).href), ofFunctions);
  });

  test('that has an engine of its own, there is one error, which says so', async () => {
    // As in another frame, or a sandbox: where it looks for its engine there is none.
    const elsewhere = { before: 'const elsewhere = { process };', define: { global: 'elsewhere' } };
    await bundle('./second-copy.ts', file('apart.mjs'), elsewhere);
    const lines = await run(file('two.mjs'), pathToFileURL(file('apart.mjs')).href);
    expect(lines.map(({ name }) => name)).toEqual(ofFunctions);
    for (const { error } of lines) {
      expect(error?.code).toBe('model');
      expect(error?.message).toMatch(/another copy of TensorFlow\.js.*npm ls @tensorflow\/tfjs-core/);
    }
  });
});

async function right(lines: readonly Line[], names: readonly string[]): Promise<void> {
  expect(lines.map(({ name, error }) => ({ name, error }))).toEqual(names.map((name) => ({ name, error: undefined })));
  for (const { name, gradient = [], differences = [] } of lines) {
    const most = Math.max(...differences.map(Math.abs));
    expect(most, name).toBeGreaterThan(5e-3);
    await closeTo(Float32Array.from(gradient), Float32Array.from(differences), {
      absolute: 2e-3 * most + 2e-5,
      relative: 0,
    });
  }
}
