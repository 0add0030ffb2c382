import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { attribute, useBackend } from '@vitrum/core';
import { integratedGradients } from '@vitrum/gradient-methods';
import { own } from '@vitrum/testing/internal';
import { expect, test } from 'vitest';
import { bundleForNode } from './bundle';
import { explain } from './explain';
import { network, numbers } from './model';

test('what the README shows explains with two threads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrum-workers-'));
  const load = await bundleForNode('./helper', join(folder, 'helper.mjs'));
  await useBackend(wasm());
  const picture: Tensor4D = own(numbers<Rank.R4>([1, 9, 9, 2], 4));
  const why = await explain(picture, load);
  rmSync(folder, { recursive: true });
  const alone = await attribute(network, picture, { method: integratedGradients({ steps: 200 }) });
  expect(why.notes).toEqual([]);
  expect(await why.values.data()).toEqual(await alone.values.data());
  for (const result of [why, alone]) result.dispose();
});
