import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { skipping } from '../../test/cuts';
import { helped } from '../../test/elsewhere';
import { activation, elementAblation, gradient, pathMean, smooth } from '../../test/methods';
import { random, values } from '../../test/tensors';
import {
  type AttributeOptions,
  type Attribution,
  attribute,
  attributeEach,
  collect,
  defineMethod,
  layer,
  type ModelLike,
  made,
  neuron,
  output,
  prepare,
  tap,
} from '../index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const x = () => random([5, 4], 5);
const alphas = Array.from({ length: 23 }, (_, i) => (i + 1) / 23);

const plain = (input: tf.Tensor) => tf.tanh(tf.matMul(tap('in', tf.sin(input)), random([4, 3], 2)));

/** The midpoint gradient, at points of its own making. */
const madePoints = defineMethod('madePoints', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
  const points = made(9, (x, rows) =>
    x.map((tensor) =>
      tf.mul(
        tensor,
        tf.tensor(
          Array.from(rows.point, (p) => p / 9),
          [rows.point.length, 1],
        ),
      ),
    ),
  );
  const all = await probe.run(
    { points, put: probe.site, read: [probe.site], grad: [probe.site] },
    collect((batch) => [...batch.value(probe.site), ...batch.grad(probe.site)]),
  );
  const [value, slope] = all as [tf.Tensor, tf.Tensor];
  const result = tf.tidy(() => tf.sum(tf.reshape(tf.mul(value, slope), [probe.examples, 9, -1]), 1));
  tf.dispose(all);
  return [result];
});

async function bits(why: Attribution): Promise<unknown> {
  const result = [await values(why.values as tf.Tensor), why.score, why.convergenceDelta, why.notes];
  why.dispose();
  return result;
}

async function compared(model: ModelLike, options: AttributeOptions, copy?: ModelLike) {
  const input = x();
  const here = await bits(await attribute(model, input, options));
  const { model: both, batches, idle } = await helped(model, copy);
  const away = await bits(await attribute(both, input, options));
  await idle();
  input.dispose();
  expect(away).toEqual(here);
  return batches;
}

describe('rows that are evaluated elsewhere give the same bits', () => {
  const at = layer('in');
  test.each<[string, AttributeOptions]>([
    ['sums of gradients', { method: pathMean(alphas), target: 1 }],
    ['gradients of many examples', { method: gradient(), target: 1, batchSize: 2 }],
    ['scores', { method: elementAblation(), target: 1 }],
    ['activations', { method: activation(), at, batchSize: 2 }],
    ['points at a layer', { method: pathMean(alphas), at, target: 1 }],
    ['ablation at a layer', { method: elementAblation(), at, target: 1 }],
    ['a neuron', { method: pathMean(alphas), target: neuron(at, 2) }],
    ['what is predicted', { method: pathMean(alphas) }],
    ['noisy copies', { method: smooth(pathMean(alphas), { copies: 3 }), target: 1 }],
  ])('%s', async (_, options) => {
    const batches = await compared(plain, options);
    expect(batches.length).toBeGreaterThan(1);
  });

  test('points that a method makes', async () => {
    expect((await compared(plain, { method: madePoints(), target: 1 })).length).toBeGreaterThan(1);
  });

  test('a model that is cut at a layer', async () => {
    const model = skipping();
    const name = (await prepare(model)).layers.find((info) => info.name.endsWith('site'))?.name ?? '';
    for (const method of [pathMean(alphas), elementAblation()])
      expect((await compared(model, { method, at: layer(name), target: 1 })).length).toBeGreaterThan(1);
  });

  test('several targets', async () => {
    const input = x();
    const options = { method: pathMean(alphas), targets: [0, 1, 2] };
    const here = await Promise.all((await attributeEach(plain, input, options)).map(bits));
    const { model, batches } = await helped(plain);
    expect(await Promise.all((await attributeEach(model, input, options)).map(bits))).toEqual(here);
    expect(batches.length).toBeGreaterThan(1);
  });
});

describe('what goes wrong elsewhere costs time and nothing else', () => {
  const options: AttributeOptions = { method: pathMean(alphas), target: 1 };
  const noted = async (...given: Parameters<typeof helped>) => {
    const input = x();
    const here = await attribute(plain, input, options);
    const { model, idle } = await helped(...given);
    const away = await attribute(model, input, options);
    await idle();
    expect(await values(away.values as tf.Tensor)).toEqual(await values(here.values as tf.Tensor));
    expect(away.score).toEqual(here.score);
    const { notes } = away;
    for (const why of [here, away]) why.dispose();
    input.dispose();
    return notes;
  };

  test('rows that fail there', async () => {
    expect(await noted(plain, plain, { fails: (start) => start > 20 })).toEqual([
      'Some rows were evaluated without workers: the thread ended.',
    ]);
  });

  test('another model, however little', async () => {
    const other = (input: tf.Tensor) => tf.mul(plain(input), 1 + 1e-6);
    expect(await noted(plain, other)).toEqual([
      'Some rows were evaluated without workers: the model there answers otherwise than the one here.',
    ]);
  });

  test('work that cannot be done there', async () => {
    expect(await noted(plain, plain, { refuses: 'it does not travel' })).toEqual([
      'Some rows were evaluated without workers: it does not travel.',
    ]);
  });

  test('scores that are not finite are found out here', async () => {
    const input = x();
    const broken = (x: tf.Tensor) => tf.log(tf.sub(plain(x), 0.3));
    const { model, idle } = await helped(broken);
    await expect(attribute(model, input, options)).rejects.toThrow(/NaN .* kernel Log/s);
    await idle();
    input.dispose();
  });
});

test('a model whose rows depend on each other is found here, and evaluated elsewhere a row at a time', async () => {
  const mixing = (x: tf.Tensor) => tf.sub(plain(x), tf.mean(tf.sin(x)));
  const batches = await compared(mixing, { method: pathMean(alphas), target: 1 });
  expect(batches.filter(([start, end]) => end - start === 1).length).toBeGreaterThan(50);
});

test('a model with outputs of other kinds, and one that takes a fixed number of rows, are helped', async () => {
  const several = (x: tf.Tensor) => [tf.argMax(plain(x), 1), tf.scalar(3), plain(x)];
  expect((await compared(several, { method: pathMean(alphas), target: output(2, 1) })).length).toBeGreaterThan(1);
  const mixing = (x: tf.Tensor) => tf.add(plain(x), tf.mul(1e-3, tf.mean(x)));
  const fixed = await prepare(mixing, { rows: 4 });
  expect((await compared(fixed, { method: pathMean(alphas), target: 1 }, mixing)).length).toBeGreaterThan(1);
});

test('batches that were evaluated here, as answers did not tell, do not stop those elsewhere', async () => {
  const input = tf.concat([tf.zeros([60, 4]), random([200, 4], 6)]);
  const silent = (x: tf.Tensor) => tf.relu(tf.sub(tf.matMul(x, random([4, 3], 2)), 0.1));
  const options = { method: gradient(), target: 1, batchSize: 4 };
  const here = await bits(await attribute(silent, input, options));
  const { model, batches, idle } = await helped(silent);
  expect(await bits(await attribute(model, input, options))).toEqual(here);
  await idle();
  expect(batches.filter(([start]) => start > 80).length).toBeGreaterThan(20);
  input.dispose();
});

test('progress is that of rows evaluated here', async () => {
  const input = x();
  const options = { method: pathMean(alphas), target: 1 };
  const progressOf = async (model: ModelLike) => {
    const told: { done: number; total: number }[] = [];
    (await attribute(model, input, { ...options, onProgress: (progress) => told.push(progress) })).dispose();
    return told;
  };
  const { model, batches, idle } = await helped(plain);
  expect(await progressOf(model)).toEqual(await progressOf(plain));
  expect(batches.length).toBeGreaterThan(1);
  await idle();
  input.dispose();
});

test('an abort is heard while rows are on their way', async () => {
  const input = x();
  const controller = new AbortController();
  const reason = new Error('enough');
  const never = new Promise(() => undefined);
  const { model } = await helped(plain, plain, {
    before(start) {
      if (start < 40) return undefined;
      setTimeout(() => controller.abort(reason), 0);
      return never;
    },
  });
  const { signal } = controller;
  await expect(attribute(model, input, { method: pathMean(alphas), target: 1, signal })).rejects.toBe(reason);
  input.dispose();
});
