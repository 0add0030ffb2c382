import { mul, relu, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { attribute, layer, prepare, tap } from '@vitrum/core';
import { closeTo, describeMethod, openBackend } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { activation } from './activation';
import { gradCam } from './grad-cam';

describeMethod('gradCam', gradCam);
describeMethod('activation', activation);

beforeAll(() => openBackend('cpu'));

const weights = [1, -2, 3, 0.5];
/** Two positions of two channels, each with a weight of its own: ∂S/∂A is the weights. */
const model = (x: Tensor): Tensor => sum(mul(tap('features', relu(x)), tensor(weights, [1, 2, 1, 2])), [1, 2, 3]);
const at = layer('features');

test('weighs each channel by the mean gradient over positions', async () => {
  const x = tensor([1, 2, 3, 4], [1, 2, 1, 2]);
  // α = mean(1, 3) and mean(−2, 0.5)
  const map = await attribute(model, x, { method: gradCam(), at });
  await closeTo(map.values, { shape: [1, 2, 1, 1], values: Float32Array.of(2 * 1 - 0.75 * 2, 2 * 3 - 0.75 * 4) });
  const channels = await attribute(model, x, { method: gradCam({ sumChannels: false, relu: true }), at });
  await closeTo(channels.values, { shape: [1, 2, 1, 2], values: Float32Array.of(2, 0, 6, 0) });
  const seen = await attribute(model, x, { method: activation(), at });
  await closeTo(seen.values, x);
  for (const one of [map, channels, seen]) one.dispose();
  x.dispose();
});

test('takes one forward and one backward row for each example', async () => {
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 1, 2]);
  // The first call also asks how the model takes its rows.
  const prepared = await prepare(model);
  for (const known of [false, true]) {
    const map = await attribute(prepared, x, { method: gradCam(), at, target: 0, batchSize: 2 });
    // One row more finds which call of the layer is meant.
    if (known) expect(map.cost).toMatchObject({ forward: 2 + 1, backward: 2 });
    map.dispose();
  }
  prepared.dispose();
  x.dispose();
});

test('both need a layer, and activation no target', async () => {
  const x = tensor([1, 2, 3, 4], [1, 2, 1, 2]);
  await expect(attribute(model, x, { method: gradCam() })).rejects.toThrow(/expected a layer/);
  await expect(attribute(model, x, { method: activation(), at, target: 0 })).rejects.toThrow(/explains no score/);
  x.dispose();
});
