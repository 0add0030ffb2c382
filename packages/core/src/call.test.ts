import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { activation, elementAblation, gradient, pathMean, smooth } from '../test/methods';
import { distance, random, shadows, values } from '../test/tensors';
import { network, plain, slopes, squares } from '../test/two-classes';
import {
  type AttributeOptions,
  asIs,
  attribute,
  defineMethod,
  layer,
  neuron,
  output,
  predicted,
  prepare,
  sum,
} from './index';

beforeAll(() => tf.setBackend('cpu'));

describe('nothing is left behind', () => {
  // The guard around every test finds tensors that were not disposed.
  const failing = (where: string) =>
    defineMethod('failing', { ...plain, uses: ['baseline'] }, () => async (probe) => {
      await probe.x();
      await probe.reference();
      await probe.score(predicted());
      await probe.score(output(0, predicted()));
      const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
      tf.dispose(mean.flat() as tf.Tensor[]);
      for await (const child of probe.expand(2, (rows) => ({ inputs: probe.inputs.map((x) => rows.take(x)) }))) {
        await child.x();
        if (where === 'in an expansion') throw new Error(where);
      }
      throw new Error(where);
    })();

  for (const at of [undefined, layer('hidden')]) {
    for (const where of ['at the end', 'in an expansion']) {
      test(`by a method that fails ${where} ${at ? 'at a layer' : 'at the inputs'}`, async () => {
        const options = { method: failing(where), target: 1, ...(at && { at }) };
        await expect(attribute(network, random([3, 3]), options)).rejects.toThrow(where);
        expect(shadows()).toEqual([]);
      });
    }
  }

  test('by a model that fails at its third run', async () => {
    for (const asynchronous of [false, true]) {
      let runs = 0;
      const broken = (x: tf.Tensor): tf.Tensor | Promise<tf.Tensor> => {
        if (++runs === 3) throw new Error('broken');
        return asynchronous ? Promise.resolve().then(() => squares(x)) : squares(x);
      };
      const options = { method: pathMean(), batchSize: 2, target: 0 };
      await expect(attribute(broken, random([3, 3]), options)).rejects.toThrow('broken');
    }
  });
});

describe('an abort', () => {
  const methods = {
    'a path': pathMean(),
    'an ablation': elementAblation(),
    'an expansion': smooth(pathMean([0.5, 1]), { copies: 2 }),
  };
  for (const [name, method] of Object.entries(methods)) {
    for (const at of [undefined, layer('hidden')]) {
      test(`at any batch of ${name} ${at ? 'at a layer' : 'at the inputs'} rejects with its reason`, async () => {
        const x = random([2, 3]);
        const options = { method, batchSize: 2, ...(at && { at }) };
        let batches = 0;
        const whole = await attribute(network, x, { ...options, onProgress: () => void batches++ });
        whole.dispose();
        expect(batches).toBeGreaterThan(3);
        for (let stop = 1; stop <= batches; stop++) {
          const controller = new AbortController();
          const reason = new Error(`stopped at ${stop}`);
          let seen = 0;
          const onProgress = () => {
            if (++seen === stop) controller.abort(reason);
          };
          await expect(attribute(network, x, { ...options, signal: controller.signal, onProgress })).rejects.toBe(
            reason,
          );
          expect(seen).toBe(stop);
        }
      });
    }
  }

  test('before the call rejects without a run of the model', async () => {
    const reason = new Error('never mind');
    let runs = 0;
    const model = (x: tf.Tensor) => {
      runs++;
      return network(x);
    };
    for (const at of [undefined, layer('hidden')]) {
      const options = { method: gradient(), signal: AbortSignal.abort(reason), ...(at && { at }) };
      await expect(attribute(model, random([2, 3]), options)).rejects.toBe(reason);
    }
    expect(runs).toBe(0);
  });
});

describe('progress', () => {
  test('counts model rows, never goes back, and ends when all is done', async () => {
    for (const at of [undefined, layer('hidden')]) {
      for (const method of [gradient(), pathMean(), elementAblation(), smooth(pathMean(), { copies: 3 })]) {
        const told: { done: number; total: number }[] = [];
        const options = {
          method,
          batchSize: 3,
          ...(at && { at }),
          onProgress: (p: { done: number; total: number }) => void told.push(p),
        };
        const why = await attribute(network, random([3, 3]), options);
        why.dispose();
        told.forEach(({ done, total }, i) => {
          expect(done).toBeGreaterThan(told[i - 1]?.done ?? 0);
          expect(total).toBeGreaterThanOrEqual(Math.max(done, told[i - 1]?.total ?? 0));
        });
        expect(told.at(-1)?.done).toBe(told.at(-1)?.total);
        expect(why.cost.forward).toBeGreaterThanOrEqual(told.at(-1)?.done ?? Number.NaN);
      }
    }
  });
});

describe('calls at the same time', () => {
  const moment = () => new Promise((resolve) => setTimeout(resolve, 1));
  /** Frees what it makes on the way, as asynchronous code must. */
  const slowly = async (x: tf.Tensor) => {
    await moment();
    const y = tf.tidy(() => network(x));
    await moment();
    return y;
  };

  test('give what they give one after the other, to the bit, and cost as much', async () => {
    const x = random([5, 3]);
    const model = await prepare(network);
    const options: AttributeOptions[] = [
      { method: gradient() },
      { method: pathMean(), target: 1, memory: 4000 },
      { method: gradient(), at: layer('hidden'), target: neuron(layer('hidden'), 2) },
      { method: elementAblation(), target: 0, at: layer('hidden') },
      { method: smooth(gradient()), seed: 3 },
      { method: activation(), at: layer('hidden', { call: 0 }) },
    ];
    // Once a prepared model, its rows are held against each other.
    (await attribute(model, x, { method: gradient() })).dispose();
    const alone = [];
    for (const each of options) alone.push(await attribute(model, x, each));
    const together = await Promise.all(options.map((each) => attribute(model, x, each)));
    for (const [i, why] of together.entries()) {
      expect(await values(why.values)).toEqual(await values(alone[i]?.values as tf.Tensor));
      expect({ ...why.cost, milliseconds: 0 }).toEqual({ ...alone[i]?.cost, milliseconds: 0 });
    }
    for (const why of [...alone, ...together]) why.dispose();
    model.dispose();
  });

  test('on asynchronous functions do not disturb each other, nor the user’s own tensors and gradients', async () => {
    const x = random([2, 3]);
    const calls = Promise.all([0, 1].map((target) => attribute(slowly, x, { method: gradient(), target })));
    const cubed = tf.customGrad((x) => ({
      value: tf.mul(x as tf.Tensor, tf.square(x as tf.Tensor)),
      gradFunc: (dy) => tf.mul(dy, tf.mul(3, tf.square(x as tf.Tensor))),
    }));
    for (let i = 0; i < 5; i++) {
      await moment();
      expect(
        await distance(
          tf.grad((x) => cubed(x))(x),
          (await values(x)).map((v) => 3 * v * v),
        ),
      ).toBeLessThan(1e-6);
      expect(x.dataSync()).toEqual(await x.data());
    }
    for (const [target, why] of (await calls).entries()) {
      expect(await distance(why.values, await slopes(x, target))).toBeLessThan(1e-5);
      why.dispose();
    }
  });
});

describe('context', () => {
  /** Σ x · w, with w given for each example. */
  const weighted = (x: tf.Tensor, w: tf.Tensor) => tf.sum(tf.mul(tf.square(x), w), 1, true);

  test('is fed to every row with its example, never attributed', async () => {
    const [x, w] = [random([3, 2], 1), random([3, 2], 2)];
    const [slope, exact] = [tf.mul(tf.mul(x, w), 2), tf.mul(tf.square(x), w)];
    const close = async (got: tf.Tensor, expected: tf.Tensor) =>
      expect(await values(got)).toEqual((await values(expected)).map((value) => expect.closeTo(value, 5)));
    for (const batchSize of [1, 4]) {
      const why = await attribute(weighted, x, { method: gradient(), context: w, batchSize });
      await close(why.values, slope);
      const path = await attribute(weighted, [x], { method: pathMean(), context: [w], batchSize });
      await close(path.values[0] as tf.Tensor, exact);
      const smoothed = await attribute(weighted, x, {
        method: smooth(pathMean(), { noise: 0 }),
        context: w,
        batchSize,
      });
      await close(smoothed.values, exact);
      for (const one of [why, path, smoothed]) one.dispose();
    }
    tf.dispose([x, w, slope, exact]);
  });

  test('may be integers, and named', async () => {
    const [x, ids] = [random([2, 3], 1), tf.tensor2d([[0], [2]], [2, 1], 'int32')];
    const chosen = ({ x, ids }: Record<string, tf.Tensor>) =>
      tf.sum(tf.mul(x as tf.Tensor, tf.oneHot(tf.reshape(ids as tf.Tensor, [-1]), 3)), 1, true);
    const why = await attribute(chosen, { x }, { method: gradient(), context: { ids } });
    expect(await values(why.values.x)).toEqual([1, 0, 0, 0, 0, 1]);
    why.dispose();
    tf.dispose([x, ids]);
  });

  test('has a row for each example', async () => {
    const call = attribute(weighted, random([3, 2], 1), { method: gradient(), context: random([2, 2], 2) });
    await expect(call).rejects.toThrow(/3, 2 examples/);
  });
});
