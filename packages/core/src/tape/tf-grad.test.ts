import * as tf from '@tensorflow/tfjs';
import { graph, spelled } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tapeGradient } from '../../test/tape';
import { distance, random } from '../../test/tensors';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

/** The tape's gradient of a weighted sum of model(x) against that of TF.js. */
async function expectGradientOfTensorFlow(model: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): Promise<void> {
  const weighted = (x: tf.Tensor) => {
    const y = model(x);
    return tf.mul(y, random(y.shape, 99));
  };
  const [ours, theirs] = [await tapeGradient(weighted, x), tf.grad(weighted)(x)];
  expect(await distance(theirs, tf.zerosLike(theirs))).toBeGreaterThan(1e-3);
  expect(await distance(ours, theirs)).toBeLessThan(1e-6);
}

describe('the gradient equals that of tf.grad', () => {
  const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    'of the input itself': (x) => tf.clone(x),
    'of a chain': (x) => tf.tanh(tf.mul(tf.square(x), 0.5)),
    'of an input used twice': (x) => tf.mul(tf.sin(x), tf.exp(x)),
    'of an input subtracted from itself': (x) => tf.sub(tf.square(x), x),
    'of one input taken twice by one operation': (x) => tf.mul(x, x),
    'of a product with its own transpose': (x) => tf.matMul(x, x, false, true),
    'of some of the parts of a split': (x) => tf.mul(tf.split(x, 3, 1)[1] as tf.Tensor, 3),
    'of rows unstacked, reordered and stacked': (x) => {
      const [a, b] = tf.unstack(x);
      return tf.mul(tf.stack([b, a, b] as tf.Tensor[]), random([3, 6], 9));
    },
    'of a concatenation with a constant': (x) => tf.square(tf.concat([x, tf.ones([2, 1]), x], 1)),
    'through reshapes that share their data': (x) =>
      tf.square(tf.reshape(tf.expandDims(tf.reshape(x, [3, 4]), 0), [12])),
    'of a log-softmax': (x) => tf.mul(tf.logSoftmax(x), random([2, 6], 9)),
    'of a log-sigmoid': (x) => tf.logSigmoid(x),
    'of a softmax cross-entropy': (x) => tf.losses.softmaxCrossEntropy(tf.oneHot([1, 3], 6), x as tf.Tensor2D),
    'of attention': (x) => {
      const heads = tf.reshape(x, [2, 3, 2]);
      const [queries, keys, content] = [1, 2, 3].map((seed) => tf.matMul(heads, random([2, 2, 4], seed)));
      const weights = tf.softmax(tf.div(tf.matMul(queries as tf.Tensor, keys as tf.Tensor, false, true), 2));
      return tf.matMul(weights, content as tf.Tensor);
    },
  };
  for (const [name, model] of Object.entries(functions)) {
    test(name, () => expectGradientOfTensorFlow(model, random([2, 6])));
  }
});

describe('the gradient of a LayersModel equals that of tf.grad', () => {
  const models: Record<string, [inputShape: number[], () => tf.LayersModel]> = {
    'a perceptron': [
      [4],
      () => tf.sequential({ layers: [dense(5, 'tanh', [4]), dense(4, 'relu'), dense(3, 'softmax')] }),
    ],
    'a convolutional network': [
      [7, 7, 2],
      () =>
        tf.sequential({
          layers: [
            tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', padding: 'same', inputShape: [7, 7, 2] }),
            tf.layers.maxPooling2d({ poolSize: 2 }),
            tf.layers.depthwiseConv2d({ kernelSize: 2, strides: 2, padding: 'same' }),
            tf.layers.batchNormalization(),
            tf.layers.elu(),
            tf.layers.globalAveragePooling2d({}),
            dense(3),
          ],
        }),
    ],
    'an LSTM': [[4, 3], () => tf.sequential({ layers: [tf.layers.lstm({ units: 4, inputShape: [4, 3] }), dense(2)] })],
    'a GRU that gives every step': [
      [4, 3],
      () =>
        tf.sequential({ layers: [tf.layers.gru({ units: 4, inputShape: [4, 3], returnSequences: true }), dense(2)] }),
    ],
    'a layer used three times': [
      [4],
      () => {
        const [input, shared] = [tf.input({ shape: [4] }), dense(4, 'tanh')];
        const once = apply(shared, input);
        return tf.model({ inputs: input, outputs: apply(shared, apply(tf.layers.add(), once, apply(shared, once))) });
      },
    ],
  };
  for (const [name, [shape, make]] of Object.entries(models)) {
    for (const run of ['apply', 'predict'] as const) {
      test(`${name}, by ${run}`, async () => {
        const model = make();
        // Random initializers would now and then give a network that is dead.
        model.setWeights(
          model.weights.map(({ name, shape }, i) =>
            random(shape.map(Number), 20 + i, name.includes('variance') ? 0.5 : -1, 1),
          ),
        );
        const call = (x: tf.Tensor) =>
          (run === 'apply' ? model.apply(x, { training: false }) : model.predict(x)) as tf.Tensor; // these models have one output
        await expectGradientOfTensorFlow(call, random([2, ...shape]));
      });
    }
  }
});

const dense = (units: number, activation: 'linear' | 'tanh' | 'relu' | 'softmax' = 'linear', inputShape?: number[]) =>
  tf.layers.dense({ units, activation, ...(inputShape && { inputShape }) });

const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
  layer.apply(inputs.length > 1 ? inputs : (inputs[0] as tf.SymbolicTensor)) as tf.SymbolicTensor; // symbolic in, symbolic out

describe('the gradient of a GraphModel equals that of tf.grad', () => {
  for (const run of ['execute', 'predict'] as const) {
    test(`by ${run}, though it disposes what it no longer needs`, async () => {
      const model = await fusedGraph();
      const call = (x: tf.Tensor) => (run === 'execute' ? model.execute({ x }, 'y') : model.predict(x)) as tf.Tensor; // one output
      await expectGradientOfTensorFlow(call, random([2, 4, 4, 2]));
      model.dispose();
    });
  }
});

function fusedGraph(): Promise<tf.GraphModel> {
  const g = graph();
  const { text, texts, integers } = spelled;
  g.input('x', [-1, 4, 4, 2]);
  g.constant('filter', random([3, 3, 2, 3], 2).dataSync(), [3, 3, 2, 3]);
  g.constant('bias', [0.1, -0.2, 0.3], [3]);
  g.node('relu', '_FusedConv2D', ['x', 'filter', 'bias'], {
    strides: integers(1, 1, 1, 1),
    dilations: integers(1, 1, 1, 1),
    padding: text('SAME'),
    data_format: text('NHWC'),
    fused_ops: texts('BiasAdd', 'Relu'),
    num_args: spelled.integer(1),
  });
  g.node('squared', 'Square', ['relu']);
  g.node('y', 'AddV2', ['relu', 'squared']);
  return g.load({ y: 'y' });
}
