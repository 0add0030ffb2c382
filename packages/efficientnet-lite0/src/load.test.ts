import '@tensorflow/tfjs-backend-cpu';
import { readFile } from 'node:fs/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { chelsea } from './files';
import { loadEfficientNetLite0 } from './load';
import { preprocess } from './preprocess';
import { top } from './top';

// Of the same network and the same photograph in torch 2.15.0 with float64, rounded to 4 digits.
const expected = [
  { index: 282, label: 'tiger cat', logit: 9.2626, probability: 0.4094 },
  { index: 285, label: 'Egyptian cat', logit: 9.0756, probability: 0.3395 },
  { index: 281, label: 'tabby', logit: 8.3657, probability: 0.167 },
  { index: 287, label: 'lynx', logit: 5.9821, probability: 0.0154 },
  { index: 904, label: 'window screen', logit: 3.4568, probability: 0.0012 },
];

test('sees in the cat what the same network sees in torch', async () => {
  const { width, height, data } = PNG.sync.read(await readFile(chelsea));
  const model = await loadEfficientNetLite0();
  const input = preprocess({ width, height, data });
  const logits = model.predict(input) as Tensor; // one output, so one tensor
  const values = await logits.data();
  const best = await top(logits);
  expect(logits.shape).toEqual([1, 1000]);
  expect(best.map(({ index, label }) => ({ index, label }))).toEqual(
    expected.map(({ index, label }) => ({ index, label })),
  );
  for (const [place, { index, logit, probability }] of expected.entries()) {
    expect(Math.abs((values[index] ?? 0) - logit)).toBeLessThan(1e-4);
    expect(Math.abs((best[place]?.probability ?? 0) - probability)).toBeLessThan(1e-4);
  }
  for (const tensor of [input, logits]) tensor.dispose();
  model.dispose();
});

test('loads from a folder of the user', async () => {
  const model = await loadEfficientNetLite0({ folder: new URL('../assets/graph/', import.meta.url) });
  expect(model.inputs.map(({ shape }) => shape)).toEqual([[-1, 224, 224, 3]]);
  model.dispose();
});

test('says what to do when the files are not there', async () => {
  const folder = new URL('../assets/nowhere/', import.meta.url);
  await expect(loadEfficientNetLite0({ folder })).rejects.toThrow(/nowhere.*pass its URL.*`folder`/);
});

test('takes a page in place of the weights for what it is', async () => {
  const model = await readFile(new URL('../assets/graph/model.json', import.meta.url), 'utf8');
  const { fetch } = globalThis;
  globalThis.fetch = async (file) => new Response(String(file).endsWith('model.json') ? model : '<!doctype html>');
  try {
    const failed = loadEfficientNetLite0({ folder: new URL('http://localhost/pages/') });
    await expect(failed).rejects.toMatchObject({ cause: new Error('Got 45 bytes of weights; expected 9262008.') });
  } finally {
    globalThis.fetch = fetch;
  }
});
