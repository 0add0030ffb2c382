import * as tf from '@tensorflow/tfjs-core';
import { deepLift } from '@vitrum/gradient-methods';
import { expect, test } from 'vitest';
import { methods as registered, wrappers } from 'vitrum';
import { seeded } from '../../src';
import { describeAxiom } from './axiom';
import { distance, explain, type Model, methods, network } from './explain';

test('every method is held to the axioms, but the one that explains no score', () => {
  const names = [...Object.keys(registered), ...Object.keys(wrappers)].filter((name) => name !== 'activation');
  expect(Object.keys(methods)).toEqual(expect.arrayContaining(names));
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const column = async (outputs: tf.Tensor, index: number) => (await outputs.data())[index] ?? Number.NaN;
const gradients = 'a gradient is about small changes';
const statistics = {
  smoothGrad: 'it is what it is made of, here the gradient',
  smoothGradSquared: 'a square is no share',
  varGrad: 'a variance is no share',
};
const rectified = {
  deconvolution: 'it cuts off what speaks against',
  guidedBackprop: 'it cuts off what speaks against',
  guidedGradCam: 'it cuts off what speaks against',
};

describeAxiom('completeness: the values sum to S(x) − S(x′)', {
  async misses(method, seed) {
    const [x, baseline] = [seeded(seed, [1, 4]), seeded(seed + 1, [1, 4])];
    const values = await explain(method, network(seed), { seed, x, baseline, target: 1 });
    const references = method.distribution ? [baseline, tf.neg(baseline)] : [baseline];
    const scores = await Promise.all(references.map((reference) => column(network(seed)(reference), 1)));
    return Math.abs(sum(values) - ((await column(network(seed)(x), 1)) - sum(scores) / scores.length));
  },
  // A kink between two of its points is what 64 steps of a quadrature miss.
  tolerance: (name) => (name === 'integratedGradients' ? 0.02 : 1e-5),
  but: {
    backpropagation: gradients,
    featureAblation: 'what two inputs do together is counted twice, or not at all',
    gradCam: gradients,
    gradient: gradients,
    gradientShap: 'only on average over its draws',
    inputXGradient: gradients,
    lrp: 'it shares out S(x), whatever the baseline',
    occlusion: 'what two inputs do together is counted twice, or not at all',
    saliency: gradients,
    ...statistics,
    ...rectified,
  },
});

const both = ([output]: readonly tf.Tensor[]) => {
  const [first, second] = tf.unstack(output as tf.Tensor, 1) as [tf.Tensor, tf.Tensor]; // it has three columns
  return tf.add(tf.mul(first, 2), tf.mul(second, -3));
};

describeAxiom('linearity: the values of a S₁ + b S₂ are a times those of S₁ and b times those of S₂', {
  async misses(method, seed) {
    const model = network(seed);
    const [one, two] = [
      await explain(method, model, { seed, target: 0 }),
      await explain(method, model, { seed, target: 1 }),
    ];
    const expected = one.map((value, i) => 2 * value - 3 * (two[i] ?? Number.NaN));
    return distance(await explain(method, model, { seed, target: both }), expected);
  },
  but: {
    saliency: 'a size has no sign',
    smoothGradSquared: 'a square grows with a²',
    varGrad: 'a variance grows with a²',
    ...rectified,
  },
});

describeAxiom('dummy: an input that the score ignores gets nothing', {
  async misses(method, seed) {
    const ignoring: Model = (x) => network(seed)(tf.mul(x, [[1, 0, 1, 1]]));
    return Math.abs((await explain(method, ignoring, { seed }))[1] ?? Number.NaN);
  },
  tolerance: 1e-12,
  but: {},
});

const noisy = 'each input has noise of its own: only on average';

describeAxiom('symmetry: inputs that can be swapped, alike on input and baseline, get the same', {
  async misses(method, seed) {
    const order = (...indices: number[]) => tf.tensor1d(indices, 'int32');
    const alike = (seed: number) => tf.gather(seeded(seed, [1, 3]), order(0, 0, 1, 2), 1);
    const symmetric: Model = (x) => tf.add(network(seed)(x), network(seed)(tf.gather(x, order(1, 0, 2, 3), 1)));
    const asked = { seed, x: alike(seed), baseline: alike(seed + 1) };
    const [first = Number.NaN, second = Number.NaN] = await explain(method, symmetric, asked);
    return distance([first], [second]);
  },
  but: { smoothGrad: noisy, smoothGradSquared: noisy, varGrad: noisy },
});

test('of inputs that are alike, DeepLIFT gives a maximum to the first', async () => {
  const [x, baseline] = [tf.tensor2d([[2, 2, 0, 0]]), tf.zeros([1, 4])];
  expect(await explain(deepLift(), (x) => tf.max(x, 1, true), { seed: 1, x, baseline })).toEqual([2, 0, 0, 0]);
});

const closed = 'nothing passes a ReLU that is closed at x';

describeAxiom('sensitivity: the one input that differs from the baseline gets all that the score has changed', {
  async misses(method, seed) {
    const slope = 1 + (seed % 3);
    const saturating: Model = (x) => tf.sub(1, tf.relu(tf.sub(1, tf.mul(tf.slice(x, [0, 0], [-1, 1]), slope))));
    const [x, baseline] = [tf.tensor2d([[2, 0, 0, 0]]), tf.zeros([1, 4])];
    return distance(await explain(method, saturating, { seed, x, baseline }), [1, 0, 0, 0]);
  },
  // The slope on the path falls from at most 6 to 0, at most a weight of the quadrature, π / 128, too early or late.
  tolerance: (name) => (name === 'integratedGradients' ? (6 * Math.PI) / 128 : 1e-5),
  but: {
    backpropagation: closed,
    deconvolution: 'the sign of what passes is all that counts',
    gradCam: closed,
    gradient: closed,
    gradientShap: 'it depends on where its draws lie',
    guidedBackprop: closed,
    guidedGradCam: closed,
    inputXGradient: closed,
    lrp: closed,
    saliency: closed,
    smoothGrad: 'noise does not reach where the ReLU is open',
    smoothGradSquared: 'noise does not reach where the ReLU is open',
    varGrad: 'noise does not reach where the ReLU is open',
  },
});
