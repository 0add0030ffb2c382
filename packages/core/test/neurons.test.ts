import * as tf from '@tensorflow/tfjs';
import { graph } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { attribute, contrast, layer, type ModelLike, neuron, perExample, type Target, tap } from '../src/index';
import { disposeGraphs, kept } from './graphs';
import { elementAblation, gradient, pathMean, smooth } from './methods';
import { distance, random } from './tensors';
import { rows } from './two-classes';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  disposeGraphs();
  tf.disposeVariables();
});

const w = () => random([3, 4], 11);
const chosen = [
  [1, 1],
  [0, -2],
  [1, 0],
] as const;

/** x → hidden = reshape(tanh(x w), [2, 2]) → y = flatten(hidden), in each of the forms that a model can have. */
const forms: Record<string, () => ModelLike | Promise<ModelLike>> = {
  'a function': () => (x: tf.Tensor) => {
    const hidden = tap('hidden', tf.reshape(tf.tanh(tf.matMul(x, w())), [-1, 2, 2]));
    return tf.reshape(hidden, [-1, 4]);
  },
  'a LayersModel': () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 4, inputShape: [3], useBias: false, activation: 'tanh' }),
        tf.layers.reshape({ targetShape: [2, 2], name: 'hidden' }),
        tf.layers.flatten(),
      ],
    });
    model.setWeights([w()]);
    return model;
  },
  'a GraphModel': async () => {
    const g = graph();
    g.input('x', [-1, 3]);
    g.constant('w', await w().data(), [3, 4]);
    g.constant('square', [-1, 2, 2], [3], 'int32');
    g.constant('flat', [-1, 4], [2], 'int32');
    g.node('product', 'MatMul', ['x', 'w']);
    g.node('tanh', 'Tanh', ['product']);
    g.node('hidden', 'Reshape', ['tanh', 'square']);
    g.node('y', 'Reshape', ['hidden', 'flat']);
    return kept(await g.load({ y: 'y' }));
  },
};

describe.each(Object.entries(forms))('a neuron for each example of %s', (_, make) => {
  const each = neuron(layer('hidden'), perExample(chosen));
  /** Row by row of what each neuron gives by itself, for all examples. */
  const oneByOne = async (
    model: ModelLike,
    x: tf.Tensor,
    method: ReturnType<typeof gradient>,
    of: (t: Target) => Target,
  ) => {
    const expected: number[] = [];
    for (const [e, index] of chosen.entries()) {
      const why = await attribute(model, x, { method, target: of(neuron(layer('hidden'), index)), batchSize: 2 });
      expected.push(...((await rows(why.values))[e] ?? []));
      why.dispose();
    }
    return expected;
  };

  test('has the slope of its own activation', async () => {
    const x = random([3, 3], 2);
    const why = await attribute(await make(), x, { method: gradient(), target: each, batchSize: 2 });
    const [weights, hidden] = [await rows(w()), await rows(tf.tanh(tf.matMul(x, w())))];
    const columns = [3, 0, 2];
    const expected = columns.flatMap((column, e) =>
      weights.map((row) => (1 - (hidden[e]?.[column] ?? 0) ** 2) * (row[column] ?? 0)),
    );
    expect(await distance(why.values, expected)).toBeLessThan(1e-6);
    expect([...why.score]).toEqual(columns.map((column, e) => expect.closeTo(hidden[e]?.[column] ?? Number.NaN, 6)));
    expect(why.target).toEqual({ kind: 'neuron', description: 'neuron [1,1], [0,-2], [1,0] of hidden' });
    why.dispose();
  });

  test.each([gradient(), pathMean(), elementAblation(), smooth(gradient()), smooth(elementAblation(), { copies: 2 })])(
    'is for $name what each neuron is by itself',
    async (method) => {
      const [model, x] = [await make(), random([3, 3], 2)];
      for (const of of [(t: Target) => t, (t: Target) => contrast(t, perExample([3, 1, 0]))]) {
        const why = await attribute(model, x, { method, target: of(each), batchSize: 2 });
        expect(await distance(why.values, await oneByOne(model, x, method, of))).toBeLessThan(1e-6);
        why.dispose();
      }
    },
  );

  test('must be there, and be given for every example', async () => {
    const [model, x] = [await make(), random([3, 3], 2)];
    for (const [index, message] of [
      [
        perExample([
          [0, 0],
          [1, 1],
        ]),
        /perExample with 2 entries for 3 examples/,
      ],
      [
        perExample([
          [0, 0],
          [1, 2],
          [1, 1],
        ]),
        /index \[1,2\] into the layer "hidden" of shape \[examples, 2, 2\].*neuron\(site, \[0,0\]\)/,
      ],
      [perExample([0, 1, 1]), /index \[0\] into the layer "hidden"/],
    ] as const) {
      await expect(attribute(model, x, { method: gradient(), target: neuron(layer('hidden'), index) })).rejects.toThrow(
        expect.objectContaining({ code: 'target', message: expect.stringMatching(message) }),
      );
    }
  });
});
