import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { activation, elementAblation, gradient, pathMean, smooth } from '../test/methods';
import { random, values } from '../test/tensors';
import {
  type AttributionMethod,
  attribute,
  attributeEach,
  contrast,
  layer,
  neuron,
  prepare,
  type Target,
  tap,
} from './index';

beforeAll(() => tf.setBackend('cpu'));

/** Four classes out of three numbers, with two taps on the way; counts the rows it runs. */
function counted() {
  const count = { rows: 0 };
  const [first, last] = [random([3, 5], 11), random([5, 4], 12)];
  const model = (x: tf.Tensor) => {
    count.rows += x.shape[0] ?? 0;
    const hidden = tap('hidden', tf.tanh(tf.matMul(x, first)));
    return tf.matMul(tap('squares', tf.square(hidden)), last);
  };
  return { model, count };
}

const targets: Target[] = [0, 3, contrast(1, 2), neuron(layer('hidden'), 2), ([y]) => tf.sum(y as tf.Tensor, 1)];
const methods: Record<string, AttributionMethod> = {
  gradient: gradient(),
  path: pathMean(),
  ablation: elementAblation(),
  'noisy paths': smooth(pathMean([0.5])),
};

describe('several targets at once', () => {
  test.each(Object.entries(methods))('have the bits that each has alone: %s', async (_, method) => {
    const { model } = counted();
    const x = random([3, 3], 1);
    const each = await attributeEach(model, x, { method, targets });
    for (const [i, target] of targets.entries()) {
      const alone = await attribute(model, x, { method, target });
      expect(await values(each[i]?.values as tf.Tensor)).toEqual(await values(alone.values));
      expect(each[i]).toMatchObject({
        score: alone.score,
        target: alone.target,
        ...(alone.convergenceDelta && { convergenceDelta: alone.convergenceDelta }),
      });
      alone.dispose();
    }
    for (const one of each) one.dispose();
    x.dispose();
  });

  test('share the rows of the model', async () => {
    const classes = [0, 1, 2, 3];
    for (const method of [gradient(), pathMean(), elementAblation()]) {
      const { model, count } = counted();
      const x = random([3, 3], 1);
      const one = await attribute(model, x, { method, target: 0 });
      const rows = count.rows;
      count.rows = 0;
      const each = await attributeEach(model, x, { method, targets: classes });
      expect(count.rows).toBe(rows);
      expect(each[3]?.cost.forward).toBe(one.cost.forward);
      expect(each[3]?.cost.backward).toBe(4 * one.cost.backward);
      for (const attribution of [one, ...each]) attribution.dispose();
      x.dispose();
    }
  });

  test('share them at a layer too, and where they are predicted', async () => {
    const { model, count } = counted();
    const x = random([2, 3], 1);
    const at = layer('hidden');
    const one = await attribute(model, x, { method: pathMean(), at });
    const rows = count.rows;
    count.rows = 0;
    const each = await attributeEach(model, x, { method: pathMean(), at, targets: [0, 1, 2, 3] });
    // The prediction of one call has shown its score, which the others ask for.
    expect(count.rows).toBe(rows);
    const [predicted = 0] = one.target.classes ?? [];
    const row = tf.slice(one.values, [0, 0], [1, 5]);
    const same = tf.slice(each[predicted]?.values as tf.Tensor, [0, 0], [1, 5]);
    expect(await values(same)).toEqual(await values(row));
    for (const attribution of [one, ...each]) attribution.dispose();
    tf.dispose([x, row, same]);
  });

  test('are each told what concerns them alone', async () => {
    const { model } = counted();
    const x = random([2, 3], 1);
    const still = ([y]: readonly tf.Tensor[]) => tf.zeros([(y as tf.Tensor).shape[0] ?? 0]);
    const [moving, constant] = await attributeEach(model, x, { method: gradient(), targets: [0, still] });
    expect(moving?.notes).toEqual([]);
    expect(constant?.notes).toEqual([expect.stringContaining('does not depend')]);
    const beside = (x: tf.Tensor) => {
      tap('beside', tf.square(x));
      return model(x);
    };
    const sites = [layer('hidden'), layer('beside')];
    const [on, off] = await attribute(beside, x, { method: gradient(), target: 0, at: sites });
    expect(on?.notes).toEqual([]);
    expect(off?.notes).toEqual([expect.stringContaining('does not depend')]);
    for (const one of [moving, constant, on, off]) one?.dispose();
    x.dispose();
  });

  test('are answered in groups where memory is short', async () => {
    const { model } = counted();
    const x = random([1, 3], 1);
    const all = await attributeEach(model, x, { method: gradient(), targets: [0, 1, 2, 3] });
    const grouped = await attributeEach(model, x, { method: gradient(), targets: [0, 1, 2, 3], memory: 200 });
    expect(grouped[0]?.cost.forward).toBeGreaterThan(all[0]?.cost.forward ?? 0);
    for (const i of [0, 1, 2, 3]) {
      expect(await values(grouped[i]?.values as tf.Tensor)).toEqual(await values(all[i]?.values as tf.Tensor));
    }
    for (const attribution of [...all, ...grouped]) attribution.dispose();
    x.dispose();
  });

  test('fail together, and leave nothing behind', async () => {
    const { model } = counted();
    const x = random([2, 3], 1);
    const failure = new Error('no score');
    const fails = () => {
      throw failure;
    };
    for (const method of Object.values(methods)) {
      await expect(attributeEach(model, x, { method, targets: [0, fails, 1] })).rejects.toBe(failure);
      await expect(attributeEach(model, x, { method, targets: [0, 9] })).rejects.toThrow(/index \[9\]/);
    }
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = () => controller.abort(reason);
    const { signal } = controller;
    await expect(attributeEach(model, x, { method: pathMean(), targets, signal, onProgress })).rejects.toBe(reason);
    x.dispose();
  });

  test('of none is nothing, and of no array an error', async () => {
    const { model } = counted();
    const x = random([2, 3], 1);
    expect(await attributeEach(model, x, { method: gradient(), targets: [] })).toEqual([]);
    const one = 3 as unknown as Target[];
    await expect(attributeEach(model, x, { method: gradient(), targets: one })).rejects.toThrow(
      /targets of type number/,
    );
    x.dispose();
  });
});

describe('several sites at once', () => {
  const at = [layer('hidden'), layer('squares')];

  test.each(Object.entries({ ...methods, activation: activation() }))(
    'have the bits that each has alone: %s',
    async (_, method) => {
      const { model } = counted();
      const x = random([3, 3], 1);
      const target = method.targetless ? {} : { target: 1 };
      const all = await attribute(model, x, { method, at, ...target });
      for (const [i, site] of at.entries()) {
        const alone = await attribute(model, x, { method, at: site, ...target });
        expect(await values(all[i]?.values as tf.Tensor)).toEqual(await values(alone.values));
        alone.dispose();
      }
      for (const one of all) one.dispose();
      x.dispose();
    },
  );

  test('share the rows of the model, and one walk back', async () => {
    const { model, count } = counted();
    const x = random([3, 3], 1);
    const prepared = await prepare(model);
    // Once a prepared model, its rows are held against each other.
    (await attribute(prepared, x, { method: gradient(), target: 1 })).dispose();
    for (const method of [gradient(), activation()]) {
      const target = method.targetless ? {} : { target: 1 };
      count.rows = 0;
      const one = await attribute(prepared, x, { method, at: layer('hidden'), ...target });
      const rows = count.rows;
      count.rows = 0;
      const both = await attribute(prepared, x, { method, at, ...target });
      expect(count.rows).toBe(rows);
      expect(both[0]?.cost.backward).toBe(one.cost.backward);
      for (const attribution of [one, ...both]) attribution.dispose();
    }
    prepared.dispose();
    x.dispose();
  });
});
