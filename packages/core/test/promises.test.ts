import * as tf from '@tensorflow/tfjs';
import { onEachBackend, openBackend } from '@vitrum/testing';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AttributeOptions, type Attribution, attribute, attributeEach, layer, prepare, tap } from '../src/index';
import { kernelRows } from './kernel-rows';
import { apply } from './layers';
import { activation, elementAblation, gradient, pathMean, smooth } from './methods';
import { distance, random, values } from './tensors';

const hidden = layer('hidden');
const network = (x: tf.Tensor) =>
  tf.matMul(tap('hidden', tf.tanh(tf.matMul(x, random([3, 5], 11)))), random([5, 4], 12));

type Told = { done: number; total: number };

describe('progress', () => {
  beforeAll(() => tf.setBackend('cpu'));

  /** What a call tells, in order, held to what is promised of it. */
  async function told(run: (onProgress: (progress: Told) => void) => Promise<unknown>): Promise<Told[]> {
    const all: Told[] = [];
    for (const why of [await run((progress) => void all.push(progress))].flat()) (why as tf.Tensor).dispose();
    for (const [i, { done, total }] of all.entries()) {
      expect(done).toBeGreaterThan(all[i - 1]?.done ?? 0);
      expect(total).toBeGreaterThanOrEqual(Math.max(done, all[i - 1]?.total ?? 0));
    }
    expect(all.at(-1)?.done).toBe(all.at(-1)?.total);
    return all;
  }

  const methods = { gradient: gradient(), path: pathMean(), ablation: elementAblation(), noise: smooth(pathMean()) };

  test.each(Object.entries(methods))('of several targets, or sites, is that of all together: %s', async (_, method) => {
    const x = random([3, 3], 1);
    for (const at of [undefined, hidden]) {
      const options = { method, batchSize: 2, ...(at && { at }) } as AttributeOptions;
      const one = await told((onProgress) => attribute(network, x, { ...options, target: 1, onProgress }));
      const targets = [0, 1, 2, 3];
      const each = await told((onProgress) => attributeEach(network, x, { ...options, targets, onProgress }));
      // Those that draw examples of their own run rows of their own.
      if (method.deterministic) expect(each).toEqual(one);
    }
    const at = [hidden, layer('hidden', { call: 0 })];
    await told((onProgress) => attribute(network, x, { method, at, target: 1, onProgress }));
  });

  test('is known from its first report on where one query is all', async () => {
    const x = random([3, 3], 1);
    const totals = (options: AttributeOptions) =>
      told((onProgress) => attribute(network, x, { ...options, batchSize: 1, onProgress }));
    for (const [options, rows] of [
      [{ method: gradient(), target: 1 }, 3],
      [{ method: activation(), at: hidden }, 3],
      [{ method: gradient(), at: hidden, target: 1 }, 3],
    ] as const)
      expect(new Set((await totals(options)).map(({ total }) => total))).toEqual(new Set([rows]));
    // What is predicted is asked before, and the baseline's score afterwards.
    const path = await totals({ method: pathMean([0.25, 0.75]) });
    expect(path.map(({ total }) => total)).toEqual([3, 3, 3, ...Array(6).fill(9), 12, 12, 12]);
  });
});

describe('a thousand classes', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test('are explained by the rows that one takes, each right', async () => {
    const [w1, w2, x] = [random([3, 5], 11), random([5, 1000], 12), random([4, 3], 1)];
    const model = (x: tf.Tensor) => tf.matMul(tf.tanh(tf.matMul(x, w1)), w2);
    const method = gradient();
    const targets = Array.from({ length: 1000 }, (_, i) => i);
    const one = await kernelRows(async () => (await attribute(model, x, { method, target: 0 })).dispose());
    let each: Attribution<typeof x>[] = [];
    const all = await kernelRows(async () => {
      each = await attributeEach(model, x, { method, targets });
    });
    expect(all.get('Tanh')).toBe(one.get('Tanh'));
    expect(each[999]?.cost).toMatchObject({ forward: 4 + 1, backward: 4 * 1000 });
    const slope = tf.sub(1, tf.square(tf.tanh(tf.matMul(x, w1)))); // of tanh
    const inner = tf.mul(slope, tf.reshape(tf.transpose(w2), [1000, 1, 5]));
    const expected = tf.reshape(tf.matMul(tf.reshape(inner, [4000, 5]), w1, false, true), [1000, 4, 3]);
    const found = tf.stack(each.map(({ values }) => values));
    expect(await distance(found, expected)).toBeLessThan(1e-5);
    for (const why of each) why.dispose();
  });
});

describe('an abort of several targets', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test('at any batch rejects with its reason and leaves nothing', async () => {
    const x = random([2, 3], 1);
    const targets = [0, 1, 2];
    for (const method of [pathMean(), elementAblation(), smooth(gradient())]) {
      const options = { method, targets, batchSize: 2, at: hidden };
      let batches = 0;
      for (const why of await attributeEach(network, x, { ...options, onProgress: () => void batches++ }))
        why.dispose();
      for (let stop = 1; stop <= batches; stop++) {
        const controller = new AbortController();
        let [seen, late] = [0, 0];
        const onProgress = () => {
          if (++seen === stop) controller.abort({ stop });
        };
        const counting = (x: tf.Tensor) => {
          if (controller.signal.aborted) late++;
          return network(x);
        };
        const call = attributeEach(counting, x, { ...options, signal: controller.signal, onProgress });
        await expect(call).rejects.toEqual({ stop });
        expect(late).toBe(0);
      }
    }
  });
});

onEachBackend('the same call gives the same bits, whatever ran before, on %s', (backend) => {
  beforeAll(() => openBackend(backend));
  afterEach(() => tf.disposeVariables());

  test.each([true, false])('of a model that is prepared: %s', async (isPrepared) => {
    const input = tf.input({ shape: [6, 6, 2] });
    const conv = tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'hidden' });
    const flat = apply(tf.layers.flatten(), apply(conv, input));
    const model = tf.model({ inputs: input, outputs: apply(tf.layers.dense({ units: 4 }), flat) });
    const asked = isPrepared ? await prepare(model) : model;
    const x = random([3, 6, 6, 2], 1);
    const calls: AttributeOptions[] = [
      { method: gradient() },
      { method: pathMean(), target: 1, memory: 3e4 },
      { method: pathMean(), target: 2, at: hidden },
      { method: smooth(gradient()), target: 0, seed: 3 },
    ];
    const ask = async (options: AttributeOptions) => {
      const why = await attribute(asked, x, options);
      const { score, baselineScore } = why;
      const found = { values: await values(why.values), score, baselineScore };
      why.dispose();
      return found;
    };
    const first = [];
    for (const options of calls) first.push(await ask(options));
    const failing = () => {
      throw new Error('no');
    };
    await expect(ask({ method: gradient(), target: failing })).rejects.toThrow('no');
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = () => controller.abort('enough');
    await expect(ask({ method: pathMean(), signal, onProgress })).rejects.toBe('enough');
    await ask({ method: elementAblation(), batchSize: 3, at: hidden, target: 3 });
    for (const i of [3, 1, 0, 2]) expect(await ask(calls[i] as AttributeOptions)).toEqual(first[i]);
    if (isPrepared) (asked as Awaited<ReturnType<typeof prepare>>).dispose();
  });
});
