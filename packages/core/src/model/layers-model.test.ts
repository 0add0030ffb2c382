import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dense, run, skipping, valuesOf, zeros } from '../../test/layers';
import { activation, gradient, pathMean } from '../../test/methods';
import { distance, random, values } from '../../test/tensors';
import { attribute, type Inputs, layer, prepare } from '../index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

describe('a site in a LayersModel', () => {
  test('gives the activation there, at each side and call', async () => {
    const { model, first, shared } = skipping();
    const x = random([3, 4]);
    const h = run(first, x);
    const once = run(shared, h);
    const twice = run(shared, once);
    const expected: [ReturnType<typeof layer>, tf.Tensor][] = [
      [layer('first'), h],
      [layer('first', { side: 'input' }), x],
      [layer('shared', { call: 0 }), once],
      [layer('shared', { call: 0, side: 'input' }), h],
      [layer('shared', { call: 1 }), twice],
      [layer('shared'), twice],
      [layer('shared', { side: 'input' }), once],
      [layer('last', { side: 'input' }), tf.add(once, twice)],
    ];
    for (const [at, activations] of expected) {
      const seen = await valuesOf(model, x, { method: activation(), at });
      expect(await distance(seen, activations)).toBeLessThan(1e-6);
      seen.dispose();
    }
  });

  test('gives the gradient there, whatever else leads past it', async () => {
    const { model, first, shared, last } = skipping();
    const x = random([3, 4]);
    const h = run(first, x);
    const once = run(shared, h);
    const fromOnce = (once: tf.Tensor) => tf.slice(run(last, tf.add(once, run(shared, once))), [0, 1], [3, 1]);
    const fromTwice = (twice: tf.Tensor) => tf.slice(run(last, tf.add(once, twice)), [0, 1], [3, 1]);
    const expected: [ReturnType<typeof layer>, tf.Tensor][] = [
      [layer('first'), tf.grad((h) => fromOnce(run(shared, h)))(h)],
      [layer('shared', { call: 0 }), tf.grad(fromOnce)(once)],
      [layer('shared', { call: 1 }), tf.grad(fromTwice)(run(shared, once))],
      [layer('shared', { side: 'input' }), tf.grad((input) => fromTwice(run(shared, input)))(tf.clone(once))],
    ];
    for (const [at, wanted] of expected) {
      const found = await valuesOf(model, x, { method: gradient(), at, target: 1 });
      expect(await distance(found, wanted)).toBeLessThan(1e-6);
      found.dispose();
    }
  });

  test('is entered with other values, while what goes past it stays the example’s own', async () => {
    const { model, first, shared, last } = skipping();
    const [x, baseline] = [random([2, 4], 1), random([1, 4], 2)];
    const alphas = [0.2, 0.9];
    const [once, reference] = [run(shared, run(first, x)), run(shared, run(first, baseline))];
    const [twice, twiceReference] = [run(shared, once), run(shared, reference)];
    const difference = tf.sub(twice, twiceReference);
    const slopes = alphas.map((alpha) =>
      tf.grad((twice) => tf.slice(run(last, tf.add(once, twice)), [0, 0], [2, 1]))(
        tf.add(twiceReference, tf.mul(alpha, difference)),
      ),
    );
    const expected = tf.mul(difference, tf.div(tf.addN(slopes), 2));
    const found = await valuesOf(model, x, { method: pathMean(alphas), at: layer('shared'), target: 0, baseline });
    expect(await distance(found, expected)).toBeLessThan(1e-6);
    found.dispose();
  });

  test('before a layer of several inputs is several tensors', async () => {
    const { model, first, shared } = skipping();
    const x = random([2, 4]);
    const found = await valuesOf<Inputs>(model, x, { method: activation(), at: layer('sum', { side: 'input' }) });
    const once = run(shared, run(first, x));
    expect(found).toHaveLength(2);
    const [a, b] = found as tf.Tensor[];
    expect(await distance(a as tf.Tensor, once)).toBeLessThan(1e-6);
    expect(await distance(b as tf.Tensor, run(shared, once))).toBeLessThan(1e-6);
    tf.dispose(found as tf.Tensor[]);
  });

  test('in a nested model is named outer/inner', async () => {
    const inner = tf.sequential({
      name: 'encoder',
      layers: [tf.layers.dense({ units: 3, name: 'a', inputShape: [4] }), dense(3, 'b')],
    });
    const model = tf.sequential({ layers: [inner, dense(2, 'head')] });
    using prepared = await prepare(model);
    expect(prepared.layers.map(({ name }) => name)).toEqual(['encoder/a', 'encoder/b', 'encoder', 'head']);
    const x = random([2, 4]);
    const [a, b] = inner.layers as [tf.layers.Layer, tf.layers.Layer];
    const hidden = run(a, x);
    const found = await valuesOf(prepared, x, { method: activation(), at: layer('encoder/a') });
    expect(await distance(found, hidden)).toBeLessThan(1e-6);
    const head = model.layers[1] as tf.layers.Layer;
    const slope = await valuesOf(prepared, x, { method: gradient(), at: layer('encoder/a'), target: 0 });
    const expected = tf.grad((h) => tf.slice(run(head, run(b, h)), [0, 0], [2, 1]))(hidden);
    expect(await distance(slope, expected)).toBeLessThan(1e-6);
    tf.dispose([found, slope]);
  });

  test('in a model that comes first in a Sequential, which calls its layers, is seen at its ends', async () => {
    const [a, b, c, head] = [dense(3, 'a'), dense(4, 'b'), dense(3, 'c'), dense(2, 'head')];
    const inner = tf.sequential({ name: 'inner', layers: [tf.layers.inputLayer({ inputShape: [5] }), a, b] });
    const outer = tf.sequential({ name: 'outer', layers: [inner, c] });
    const model = tf.sequential({ layers: [outer, head] });
    const x = random([2, 5]);
    const [, h, y] = [run(a, x), run(b, run(a, x)), run(c, run(b, run(a, x)))];
    for (const [at, expected] of [
      [layer('outer'), y],
      [layer('outer', { side: 'input' }), x],
      [layer('outer/inner'), h],
      [layer('outer/inner', { side: 'input' }), x],
    ] as const) {
      const seen = await valuesOf(model, x, { method: activation(), at });
      expect(await distance(seen, expected)).toBeLessThan(1e-6);
      seen.dispose();
    }
    const slope = await valuesOf(model, x, { method: gradient(), at: layer('outer'), target: 1 });
    const expected = tf.grad((y) => tf.slice(run(head, y), [0, 1], [2, 1]))(y);
    expect(await distance(slope, expected)).toBeLessThan(1e-6);
    slope.dispose();
  });

  test('in a layer that calls others is named after both, and each step is a call', async () => {
    const [each, cell] = [dense(3, 'each'), tf.layers.simpleRNNCell({ units: 2, name: 'cell', ...zeros })];
    const model = tf.sequential({
      layers: [
        tf.layers.timeDistributed({ name: 'steps', layer: each, inputShape: [4, 5] }),
        tf.layers.rnn({ name: 'rnn', cell, returnSequences: true }),
        tf.layers.bidirectional({
          name: 'both',
          layer: tf.layers.gru({ units: 2, name: 'gru', ...zeros }),
          mergeMode: 'sum',
        }),
      ],
    });
    using prepared = await prepare(model);
    expect(prepared.layers.map(({ name }) => name)).toEqual([
      'steps/each',
      'steps',
      'rnn/cell',
      'rnn',
      'both/forward_gru/gru',
      'both/forward_gru',
      'both/backward_gru/gru',
      'both/backward_gru',
      'both',
    ]);
    const x = random([2, 4, 5]);
    for (const call of [0, 3]) {
      const at = layer('steps/each', { call });
      const seen = await valuesOf(prepared, x, { method: activation(), at });
      const step = tf.reshape(tf.slice(x, [0, call, 0], [2, 1, 5]), [2, 5]);
      expect(await distance(seen, run(each, step))).toBeLessThan(1e-6);
      seen.dispose();
    }
    const missing = layer('steps/each', { call: 4 });
    await expect(attribute(prepared, x, { method: activation(), at: missing })).rejects.toThrow(
      'a whole number below 4',
    );
  });

  test('at a layer of several outputs sees the one call, though TensorFlow.js makes one for each output', async () => {
    const input = tf.input({ shape: [3, 2] });
    const lstm = tf.layers.lstm({ units: 2, name: 'lstm', returnState: true, ...zeros });
    const [, h, c] = lstm.apply(input) as tf.SymbolicTensor[];
    const model = tf.model({
      inputs: input,
      outputs: tf.layers.concatenate().apply([h, c] as tf.SymbolicTensor[]) as tf.SymbolicTensor,
    });
    lstm.setWeights(lstm.getWeights().map(({ shape }, i) => random(shape, i)));
    const x = random([2, 3, 2]);
    const found = await valuesOf<Inputs>(model, x, { method: gradient(), at: layer('lstm'), target: 2 });
    const [toOutput, toHidden, toCell] = await Promise.all((found as tf.Tensor[]).map(values));
    expect([toOutput, toHidden, toCell]).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 0, 1, 0],
    ]);
    const second = layer('lstm', { call: 1 });
    await expect(attribute(model, x, { method: gradient(), at: second, target: 2 })).rejects.toThrow('below 1');
    tf.dispose(found as tf.Tensor[]);
  });

  test('behind an embedding keeps the mask, and is where integers can be attributed', async () => {
    const embedding = tf.layers.embedding({
      inputDim: 5,
      outputDim: 3,
      maskZero: true,
      name: 'embedding',
      inputLength: 4,
    });
    const model = tf.sequential({ layers: [embedding, tf.layers.lstm({ units: 2, name: 'lstm' }), dense(2, 'head')] });
    const ids = tf.tensor2d(
      [
        [1, 2, 0, 0],
        [3, 0, 4, 1],
      ],
      [2, 4],
      'int32',
    );
    const found = await valuesOf(model, ids, { method: gradient(), at: layer('embedding'), target: 0 });
    const data = await values(found);
    expect(found.shape).toEqual([2, 4, 3]);
    const masked = [2, 3, 5].flatMap((step) => data.slice(step * 3, step * 3 + 3));
    expect(masked).toEqual(masked.map(() => 0));
    // A step of one embedding vector, against the derivative: the vector of id 2 occurs once.
    const [weights] = embedding.getWeights() as [tf.Tensor];
    const start = await values(weights);
    const score = async (delta: number) => {
      const moved = start.map((value, i) => (i === 2 * 3 ? value + delta : value));
      embedding.setWeights([tf.tensor(moved, weights.shape)]);
      return (await values(model.predict(ids) as tf.Tensor))[0] ?? Number.NaN;
    };
    expect(data[3]).toBeCloseTo(((await score(0.01)) - (await score(-0.01))) / 0.02, 4);
    found.dispose();
  });
});
