import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { asked, back, column, data, front, network, watching } from '../../test/asking';
import { elementAblation, gradient, pathMean, smooth } from '../../test/methods';
import { distance, random, values } from '../../test/tensors';
import { type AttributeOptions, attribute, layer, path, perExample } from '../index';

beforeAll(() => tf.setBackend('cpu'));

describe('the size of a batch', () => {
  const methods = { gradient: gradient(), path: pathMean(), ablation: elementAblation(), smooth: smooth(pathMean()) };
  for (const [name, method] of Object.entries(methods)) {
    for (const at of [undefined, layer('hidden')]) {
      test(`changes a ${name} ${at ? 'at a layer' : 'at the inputs'} by no more than rounding`, async () => {
        const x = random([3, 3]);
        const options = { method, ...(at && { at }), target: perExample([1, 0, 1]), seed: 5 };
        const whole = await attribute(network, x, { ...options, batchSize: 1000 });
        for (const more of [{ batchSize: 1 }, { batchSize: 2 }, { batchSize: 5 }, { memory: 1 }, {}]) {
          const cut = await attribute(network, x, { ...options, ...more });
          expect(await distance(cut.values, whole.values)).toBeLessThan(2e-6);
          expect(await distance(cut.score, whole.score)).toBeLessThan(2e-6);
          cut.dispose();
        }
        whole.dispose();
      });
    }
  }

  test('follows the memory allowed', async () => {
    const sizes = async (options: Partial<AttributeOptions>) => {
      const query = { points: path(new Array(12).fill(1)), grad: ['inputs' as const] };
      return asked(
        options,
        (probe) =>
          probe.run(
            query,
            watching(({ example }) => example.length),
          ),
        random([1, 3]),
      );
    };
    const most = async (memory: number) => Math.max(...(await sizes({ memory })));
    expect(await sizes({ batchSize: 5 })).toEqual([5, 5, 2]);
    expect(await most(1)).toBe(1);
    expect(await most(2 ** 20)).toBe(8);
    const growing = await Promise.all([500, 1000, 1500, 2000, 3000].map(most));
    expect(growing).toEqual([...growing].sort((a, b) => a - b));
    expect(new Set(growing).size).toBeGreaterThan(2);
  });
});

describe('x and reference', () => {
  test('are what is seen at the site, and computed once', async () => {
    const [x, baseline] = [random([2, 3], 1), random([1, 3], 2)];
    let runs = 0;
    const counted = (x: tf.Tensor) => {
      runs++;
      return network(x);
    };
    const seen = await asked(
      { at: layer('hidden'), baseline, batchSize: 8 },
      async (probe) => {
        const before = runs;
        const tensors = [
          (await probe.x())[0],
          (await probe.reference())[0],
          (await probe.x())[0],
          (await probe.reference())[0],
        ];
        return { tensors: tensors.map((tensor) => data(tensor)), runs: runs - before };
      },
      x,
      counted,
    );
    // One each, and one for a row by itself.
    expect(seen.runs).toBe(2 + 1);
    const [hidden, reference] = [await values(front(x)), await values(front(tf.concat([baseline, baseline])))];
    for (const i of [0, 2]) expect(await distance(seen.tensors[i] ?? [], hidden)).toBeLessThan(1e-6);
    for (const i of [1, 3]) expect(await distance(seen.tensors[i] ?? [], reference)).toBeLessThan(1e-6);
  });

  test('at the inputs are the inputs and the baseline themselves', async () => {
    const x = random([2, 3]);
    const seen = await asked(
      { baseline: 7 },
      async (probe) => [(await probe.x())[0] === x, data((await probe.reference())[0])],
      x,
    );
    expect(seen).toEqual([true, [7, 7, 7, 7, 7, 7]]);
  });

  test('of a method that perturbs at the site: the baseline is in the shape of the site', async () => {
    const x = random([2, 3]);
    const why = await attribute(network, x, {
      method: elementAblation(),
      at: layer('hidden'),
      target: 0,
      baseline: tf.tensor1d([1, 2, 3, 4]),
    });
    const hidden = front(x);
    const whole = await values(column(network(x), 0));
    const without = [1, 2, 3, 4].map((value, h) => {
      const mask = tf.oneHot(tf.tensor1d([h, h], 'int32'), 4);
      return column(back(tf.add(tf.mul(hidden, tf.sub(1, mask)), tf.mul(mask, value)), x), 0);
    });
    const each = await Promise.all(without.map(values));
    expect(
      await distance(
        why.values,
        whole.flatMap((s, e) => each.map((score) => s - (score[e] ?? 0))),
      ),
    ).toBeLessThan(1e-6);
    why.dispose();
  });
});
