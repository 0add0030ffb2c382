import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { asked, data, network } from '../../test/asking';
import { gradient, pathMean, smooth } from '../../test/methods';
import { distance, random, values } from '../../test/tensors';
import { type AttributeOptions, attribute, layer, type Probe, perExample } from '../index';

beforeAll(() => tf.setBackend('cpu'));

describe('an expansion', () => {
  const asRows = (probe: Probe) => (rows: { take(tensor: tf.Tensor): tf.Tensor }) => ({
    inputs: probe.inputs.map((input) => rows.take(input)),
  });

  test('names the parent of every derived example, each as often as asked', async () => {
    for (const batchSize of [1, 2, 4, 100]) {
      const parents = await asked({ batchSize }, async (probe) => {
        const all: number[] = [];
        for await (const child of probe.expand(3, asRows(probe))) {
          expect(child.parent).toHaveLength(child.examples);
          expect(child.examples).toBeLessThanOrEqual(4 * batchSize);
          all.push(...child.parent);
        }
        return all;
      });
      expect(parents).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    }
  });

  test('of exact copies is the method itself', async () => {
    for (const at of [undefined, layer('hidden')]) {
      const x = random([3, 3]);
      const options = { target: perExample([0, 1, 0]), baseline: random([3, 3], 4), ...(at && { at }) };
      const plain = await attribute(network, x, { ...options, method: pathMean() });
      const copied = await attribute(network, x, { ...options, method: smooth(pathMean(), { copies: 3, noise: 0 }) });
      expect(await distance(copied.values, plain.values)).toBeLessThan(2e-6);
      plain.dispose();
      copied.dispose();
    }
  });

  test('with noise is the mean of the method over the noisy copies', async () => {
    const x = random([2, 3]);
    // The gradient of Σx³ is linear in x², so that the mean can be written out.
    const cubes = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.square(x)), 1, true);
    const copies: number[][] = [];
    const spying = {
      ...gradient(),
      attribute: (probe: Probe) => {
        const inputs = data(probe.inputs[0]);
        for (let i = 0; i < inputs.length; i += 3) copies.push(inputs.slice(i, i + 3));
        return gradient().attribute(probe);
      },
    };
    const why = await attribute(cubes, x, {
      method: smooth(spying, { copies: 4, noise: 0.5 }),
      target: 0,
      batchSize: 3,
    });
    expect(new Set(copies.map(String)).size).toBe(8);
    const expected = [0, 1].flatMap((e) =>
      [0, 1, 2].map(
        (i) => copies.slice(4 * e, 4 * e + 4).reduce((total, copy) => total + 3 * (copy[i] ?? 0) ** 2, 0) / 4,
      ),
    );
    expect(await distance(why.values, expected)).toBeLessThan(1e-5);
    why.dispose();
  });

  test('draws the same, however it is cut', async () => {
    const x = random([3, 3]);
    const drawn = async (batchSize: number, seed = 1) => {
      const why = await attribute(network, x, { method: smooth(gradient()), target: 0, batchSize, seed });
      const found = await values(why.values);
      why.dispose();
      return found;
    };
    const whole = await drawn(100);
    for (const batchSize of [1, 2, 4]) expect(await distance(await drawn(batchSize), whole)).toBeLessThan(1e-6);
    expect(await distance(await drawn(100, 2), whole)).toBeGreaterThan(1e-3);
  });

  test('knows whose score it is: targets and the caller’s values go by parent', async () => {
    const labels = tf.tensor1d([10, 20, 30]);
    const target: AttributeOptions['target'] = ([y], rows) => tf.mul(tf.sum(y as tf.Tensor, 1), rows.take(labels));
    for (const each of [perExample([0, 1, 0]), target]) {
      const x = random([3, 3]);
      const scores = await asked(
        { target: each, batchSize: 2 },
        async (probe) => {
          const all: number[] = [];
          for await (const child of probe.expand(2, asRows(probe))) all.push(...(await child.scores()));
          return { derived: all, whole: [...(await probe.scores())] };
        },
        x,
      );
      expect(
        await distance(
          scores.derived,
          scores.whole.flatMap((score) => [score, score]),
        ),
      ).toBeLessThan(1e-5);
    }
  });

  test('of an expansion goes by the first parent', async () => {
    const x = random([2, 3]);
    const found = await asked(
      { target: perExample([0, 1]), batchSize: 3 },
      async (probe) => {
        const all: number[] = [];
        for await (const child of probe.expand(2, asRows(probe))) {
          for await (const grandchild of child.expand(2, asRows(child))) all.push(...(await grandchild.scores()));
        }
        return { derived: all, whole: [...(await probe.scores())] };
      },
      x,
    );
    expect(
      await distance(
        found.derived,
        found.whole.flatMap((score) => [score, score, score, score]),
      ),
    ).toBeLessThan(1e-6);
  });

  test('may bring its own baselines', async () => {
    const x = random([2, 3]);
    const baselines = await asked(
      { baseline: 1 },
      async (probe) => {
        const all: number[][] = [];
        const draw = (rows: { take(tensor: tf.Tensor): tf.Tensor }) => {
          const inputs = probe.inputs.map((input) => rows.take(input));
          return { inputs, baseline: inputs.map((input) => tf.mul(input, 2)) };
        };
        for await (const child of probe.expand(1, draw)) all.push(data(child.baseline[0]));
        for await (const child of probe.expand(1, asRows(probe))) all.push(data(child.baseline[0]));
        return all;
      },
      x,
    );
    expect(baselines).toEqual([(await values(x)).map((v) => 2 * v), [1, 1, 1, 1, 1, 1]]);
  });

  test('draws for every derived example by its place, whatever the chunks, and not what derived it', async () => {
    const key = (example: number) => ({ example, sample: 0, tensor: 0 });
    const drawn = (batchSize: number) =>
      asked({ batchSize, seed: 4 }, async (probe) => {
        const all = { own: [] as number[], derived: [] as number[], twice: [] as number[] };
        for (let e = 0; e < probe.examples; e++) all.own.push(...probe.random.normal(key(e), 2));
        for await (const child of probe.expand(2, asRows(probe))) {
          for (let e = 0; e < child.examples; e++) all.derived.push(...child.random.normal(key(e), 2));
          for await (const grandchild of child.expand(3, asRows(child)))
            for (let e = 0; e < grandchild.examples; e++) all.twice.push(...grandchild.random.normal(key(e), 2));
        }
        return all;
      });
    const one = await drawn(1);
    for (const batchSize of [2, 4, 100]) expect(await drawn(batchSize)).toEqual(one);
    const every = [...one.own, ...one.derived, ...one.twice];
    expect(every).toHaveLength(2 * 3 * (1 + 2 + 6));
    expect(new Set(every).size).toBe(every.length);
  });

  test('borrows tensors that the method goes on to use', async () => {
    const x = random([2, 3]);
    await asked(
      {},
      async (probe) => {
        for await (const child of probe.expand(1, () => ({ inputs: probe.inputs }))) await child.scores();
      },
      x,
    );
    expect(x.isDisposed).toBe(false);
  });

  test('that is left early is cleaned up', async () => {
    const seen = await asked({ batchSize: 1, at: layer('hidden') }, async (probe) => {
      for await (const child of probe.expand(5, asRows(probe))) {
        await child.x();
        return child.examples;
      }
      return 0;
    });
    expect(seen).toBe(4);
  });
});
