import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { type AttributeOptions, type Attribution, attribute, layer, type ModelLike } from '@vitrum/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MethodFactory, methods } from 'vitrum';
import { openBackend } from '../src/backends';
import type { TensorData } from '../src/golden/case';
import { modelStore } from '../src/golden/models';
import { readTensor } from '../src/golden/tensors';
import { onEachBackend } from '../src/on-each-backend';
import { seeded } from '../src/seeded';

type Activation = NonNullable<Parameters<typeof tf.layers.dense>[0]['activation']>;

const golden = fileURLToPath(new URL('../golden', import.meta.url));
const names = await readdir(join(golden, 'models'));

/** Σφ − (S(x) − S(x′)) must be within 1e-4 of the larger of 1 and |S(x) − S(x′)|. */
function expectComplete({ convergenceDelta, score, baselineScore, notes }: Attribution): void {
  expect(notes).toEqual([]);
  expect(convergenceDelta).toHaveLength(score.length);
  convergenceDelta?.forEach((delta, i) => {
    const difference = (score[i] ?? Number.NaN) - (baselineScore?.[i] ?? Number.NaN);
    expect(Math.abs(delta)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(difference)));
  });
}

const complete = async (model: ModelLike, inputs: tf.Tensor[], options: Omit<AttributeOptions, 'method'>) => {
  const [only] = inputs;
  for (const rule of ['rescale', 'reveal-cancel']) {
    const why = await attribute(model, only && inputs.length === 1 ? only : inputs, {
      ...options,
      method: (methods.deepLift as MethodFactory)({ rule, strict: true }), // it is registered
    });
    expectComplete(why);
    expect(why.score.some((score, i) => score !== why.baselineScore?.[i])).toBe(true);
    why.dispose();
  }
};

onEachBackend('on %s, DeepLIFT gives Σφ = S(x) − S(x′) without falling back,', (backend) => {
  const models = modelStore();
  beforeAll(async () => {
    await openBackend(backend);
    await Promise.all(names.map((name) => models.load(join(golden, 'models', name))));
  });
  afterAll(() => models.dispose());

  test.each(names)('in the golden model %s', async (name) => {
    const model = await models.load(join(golden, 'models', name));
    const forward: { inputs: TensorData[]; output: TensorData } = JSON.parse(
      await readFile(join(golden, 'models', name, 'forward.json'), 'utf8'),
    );
    const inputs = await Promise.all(forward.inputs.map((data) => readTensor(data, golden)));
    const at = inputs.some(({ dtype }) => dtype === 'int32') ? { at: layer('embedding') } : {};
    const other = inputs.map((x, i) => (x.dtype === 'int32' ? tf.onesLike(x) : tf.mul(seeded(70 + i, x.shape), 1.5)));
    for (const baseline of [0, other.length > 1 ? other : (other[0] as tf.Tensor)]) {
      await complete(model, inputs, { baseline, ...at });
      if (forward.output.shape.length === 2) await complete(model, inputs, { baseline, target: 0, ...at });
    }
  });

  const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
    layer.apply(inputs.length > 1 ? inputs : (inputs[0] as tf.SymbolicTensor)) as tf.SymbolicTensor; // symbolic in, symbolic out
  const sequence = (...layers: tf.layers.Layer[]): tf.LayersModel => tf.sequential({ layers });
  /** Initializers draw at random. */
  const settle = (model: tf.LayersModel): tf.LayersModel => {
    model.setWeights(model.getWeights().map((weight, i) => seeded(90 + i, weight.shape)));
    return model;
  };
  const dense = (units: number, activation: Activation = 'linear') => tf.layers.dense({ units, activation });
  const input = (...inputShape: number[]) => tf.layers.inputLayer({ inputShape });
  const scale = (key: tf.Tensor) => Math.sqrt(key.shape.at(-1) ?? 1);

  const layersModels: Readonly<Record<string, readonly [shape: number[], make: () => tf.LayersModel]>> = {
    'an LSTM': [[5, 3], () => sequence(tf.layers.lstm({ units: 4, inputShape: [5, 3] }), dense(2))],
    'an LSTM with hard sigmoids that gives every step': [
      [5, 3],
      () =>
        sequence(
          tf.layers.lstm({ units: 4, inputShape: [5, 3], recurrentActivation: 'hardSigmoid', returnSequences: true }),
          tf.layers.globalMaxPooling1d(),
          dense(2),
        ),
    ],
    'a GRU': [[5, 3], () => sequence(tf.layers.gru({ units: 4, inputShape: [5, 3] }), dense(2, 'softmax'))],
    'a recurrence both ways': [
      [5, 3],
      () =>
        sequence(
          tf.layers.bidirectional({
            layer: tf.layers.simpleRNN({ units: 3, inputShape: [5, 3] }) as tf.RNN, // it is one
            inputShape: [5, 3],
            mergeMode: 'mul',
          }),
          dense(2, 'sigmoid'),
        ),
    ],
    'a perceptron with a softmax': [[6], () => sequence(input(6), dense(7, 'relu'), dense(4, 'softmax'))],
    'every activation there is': [
      [4],
      () => {
        const of = ['elu', 'gelu', 'gelu_new', 'hardSigmoid', 'mish', 'relu6', 'selu', 'sigmoid', 'softplus'] as const;
        const more = ['softsign', 'swish', 'tanh'] as const;
        return sequence(input(4), ...[...of, ...more].map((name) => dense(4, name as Activation))); // the types lack some
      },
    ],
    'layer normalization, multiplied by a gate': [
      [5],
      () => {
        const x = tf.input({ shape: [5] });
        const normal = apply(tf.layers.layerNormalization({ axis: -1 }), apply(dense(6), x));
        const gate = apply(dense(6, 'sigmoid'), x);
        const product = apply(tf.layers.multiply(), normal, gate);
        return tf.model({
          inputs: x,
          outputs: apply(dense(2), apply(tf.layers.maximum(), product, apply(dense(6), x))),
        });
      },
    ],
    'a dot product of two branches': [
      [5],
      () => {
        const x = tf.input({ shape: [5] });
        const dot = apply(tf.layers.dot({ axes: -1, normalize: true }), apply(dense(4), x), apply(dense(4, 'tanh'), x));
        return tf.model({ inputs: x, outputs: dot });
      },
    ],
  };

  test.each(Object.entries(layersModels))('in %s', async (_, [shape, make]) => {
    const model = settle(make());
    await complete(model, [seeded(1, [3, ...shape])], { baseline: seeded(2, [1, ...shape]), target: 0 });
    await complete(model, [seeded(3, [2, ...shape])], { baseline: 0, target: 0 });
    model.dispose();
  });

  const weight = (seed: number, ...shape: number[]) => seeded(seed, shape) as tf.Tensor2D; // the callers give two dims
  const attention = (x: tf.Tensor) => {
    const [query, key, content] = [10, 11, 12].map((seed) =>
      tf.matMul(x, tf.tile(tf.expandDims(weight(seed, 4, 6)), [x.shape[0] ?? 1, 1, 1])),
    );
    const heads = (t?: tf.Tensor) => tf.transpose(tf.reshape(t as tf.Tensor, [-1, 5, 2, 3]), [0, 2, 1, 3]); // all three are there
    const strength = tf.softmax(tf.div(tf.matMul(heads(query), heads(key), false, true), scale(x)));
    return tf.reshape(tf.transpose(tf.matMul(strength, heads(content)), [0, 2, 1, 3]), [-1, 5, 6]);
  };
  const functions: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
    attention: (x) => tf.mean(attention(x), 1),
    'attention with a residual and a norm': (x) => {
      const sum = tf.add(attention(x), tf.concat([x, tf.square(tf.slice(x, [0, 0, 0], [-1, -1, 2]))], 2));
      const { mean, variance } = tf.moments(sum, -1, true);
      return tf.max(tf.mul(tf.sub(sum, mean), tf.rsqrt(tf.add(variance, 1e-5))), 1);
    },
    'a log-softmax': (x) => tf.logSoftmax(tf.mean(x, 1)),
    'a softmax over the wrong things': (x) => tf.softmax(tf.mul(tf.reshape(x, [-1, 20]), 3)),
    'a cross-entropy': (x) =>
      tf.expandDims(
        tf.losses.softmaxCrossEntropy(
          tf.tile(tf.tensor2d([[0, 1, 0, 0]]), [x.shape[0] ?? 1, 1]),
          tf.mean(x, 1),
          undefined,
          0,
          tf.Reduction.NONE,
        ),
        1,
      ),
    'a Gaussian of the distance to a prototype': (x) =>
      tf.exp(tf.neg(tf.sqrt(tf.reshape(tf.sum(tf.squaredDifference(x, weight(13, 5, 4)), [1, 2]), [-1, 1])))),
  };

  test.each(Object.entries(functions))('in %s', async (_, model) => {
    await complete(model, [seeded(1, [3, 5, 4])], { baseline: seeded(2, [1, 5, 4]), target: 0 });
    await complete(model, [seeded(3, [2, 5, 4])], { baseline: 0, target: 0 });
  });
});
