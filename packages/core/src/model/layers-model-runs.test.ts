import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { apply, dense, skipping, valuesOf, zeros } from '../../test/layers';
import { activation, gradient } from '../../test/methods';
import { distance, random } from '../../test/tensors';
import { attribute, type GradientRule, type Inputs, layer, prepare, useBackend } from '../index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

describe('the layers of a LayersModel', () => {
  test('are listed in the order in which they run, with class and shape', async () => {
    const { model } = skipping();
    using prepared = await prepare(model);
    expect(prepared.kind).toBe('layers');
    expect(prepared.layers).toEqual([
      { name: 'first', kind: 'Dense', shape: [null, 3] },
      { name: 'shared', kind: 'Dense', shape: [null, 3] },
      { name: 'sum', kind: 'Add', shape: [null, 3] },
      { name: 'last', kind: 'Dense', shape: [null, 2] },
    ]);
  });

  test('have the shape of each of several outputs, and what several calls have in common', async () => {
    const dense = tf.layers.dense({ units: 4, name: 'shared' });
    const [a, b] = [tf.input({ shape: [3, 5] }), tf.input({ shape: [6, 5] })];
    const lstm = tf.layers.lstm({ units: 2, returnState: true, name: 'lstm', ...zeros });
    const [last] = lstm.apply(dense.apply(a)) as tf.SymbolicTensor[]; // symbolic in, symbolic out
    const flat = tf.layers.flatten({ name: 'flat' });
    const outputs = [last as tf.SymbolicTensor, apply(flat, apply(dense, b)), apply(flat, a)];
    using prepared = await prepare(tf.model({ inputs: [a, b], outputs }));
    expect([...prepared.layers].sort((one, other) => one.name.localeCompare(other.name))).toEqual([
      { name: 'flat', kind: 'Flatten', shape: [null, null] },
      {
        name: 'lstm',
        kind: 'LSTM',
        shapes: [
          [null, 2],
          [null, 2],
          [null, 2],
        ],
      },
      { name: 'lstm/lstm', kind: 'LSTMCell' },
      { name: 'shared', kind: 'Dense', shape: [null, null, 4] },
    ]);
  });

  test('have no shape where one call gives one of another rank', async () => {
    const dense = tf.layers.dense({ units: 4, name: 'shared' });
    const [a, b] = [tf.input({ shape: [3] }), tf.input({ shape: [6, 3] })];
    using prepared = await prepare(tf.model({ inputs: [a, b], outputs: [apply(dense, a), apply(dense, b)] }));
    expect(prepared.layers).toEqual([{ name: 'shared', kind: 'Dense' }]);
  });

  test('are as before after a call, a failed one too', async () => {
    const { model, first } = skipping();
    const x = random([2, 4]);
    const options = { method: activation(), at: layer('first') };
    tf.dispose(await valuesOf(model, x, options));
    const unchanged = () =>
      model.layers.every((layer) => !['call', 'computeMask'].some((name) => Object.hasOwn(layer, name)));
    expect(unchanged()).toBe(true);
    const broken = () => {
      throw new Error('broken');
    };
    first.call = broken;
    await expect(attribute(model, x, options)).rejects.toThrow('broken');
    expect(first.call).toBe(broken);
  });
});

describe('several inputs', () => {
  const model = () => {
    const [a, b] = [tf.input({ shape: [3], name: 'image' }), tf.input({ shape: [2], name: 'age' })];
    const joined = apply(tf.layers.concatenate(), apply(dense(3, 'pixels'), a), b);
    return tf.model({ inputs: [a, b], outputs: apply(dense(2, 'head'), joined) });
  };

  test('are attributed in their container: an array, or a record in any order', async () => {
    const [image, age] = [random([4, 3], 1), random([4, 2], 2)];
    const both = model();
    const call = (image: tf.Tensor, age: tf.Tensor) =>
      tf.slice(both.predict([image, age]) as tf.Tensor, [0, 1], [4, 1]);
    const [toImage, toAge] = tf.grads(call)([image, age]);
    const list = await valuesOf<tf.Tensor[]>(both, [image, age], { method: gradient(), target: 1 });
    const record = await valuesOf<Record<string, tf.Tensor>>(both, { age, image }, { method: gradient(), target: 1 });
    expect(Object.keys(record).sort()).toEqual(['age', 'image']);
    for (const found of [list, [record.image, record.age]] as tf.Tensor[][]) {
      expect(await distance(found[0] as tf.Tensor, toImage as tf.Tensor)).toBeLessThan(1e-6);
      expect(await distance(found[1] as tf.Tensor, toAge as tf.Tensor)).toBeLessThan(1e-6);
    }
    tf.dispose([list, record]);
  });

  test('that are too few, unknown or unequal are errors', async () => {
    const both = model();
    const [image, age] = [random([4, 3]), random([4, 2])];
    const wrong: [Inputs, RegExp][] = [
      [image, /1 input tensor.*expected 2: image, age/],
      [{ image, size: age }, /"size".*"image", "age"/],
      [{ image }, /"image".*"age"/],
      [[image, random([3, 2])], /4, 3 examples/],
      [[age, image], /shape \[4,2\] as input "image".*\[examples, 3\]/],
      [[image, tf.tensor1d([1, 2])], /shape \[2\] as input "age"/],
    ];
    for (const [inputs, message] of wrong) {
      await expect(attribute(both, inputs, { method: gradient(), target: 0 })).rejects.toThrow(
        expect.objectContaining({ code: 'inputs', message: expect.stringMatching(message) }),
      );
    }
  });
});

test('the weights of a Dense layer are transformed twice in all calls together, and anew when they are set', async () => {
  const head = dense(3, 'head', 'linear');
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [5] }), head] });
  const x = random([2, 5]);
  let made = 0;
  // Transposes the second matrix through the cache, as a backend does that is slow at it.
  const _FusedMatMul: GradientRule = ({ inputs: [, b] }, [dy], { weights }) => {
    const transposed = (weight: tf.Tensor) => {
      made++;
      return tf.transpose(weight, [0, 2, 1]);
    };
    return { a: () => tf.matMul(dy as tf.Tensor, weights.of(b as tf.Tensor, 'transposed', transposed)), b: 'zero' };
  };
  const plain = { name: 'cpu', open: () => Promise.resolve() };
  await useBackend({ ...plain, kernels: { _FusedMatMul } });
  try {
    using prepared = await prepare(model);
    const check = async () => {
      const found = await valuesOf(prepared, x, { method: gradient(), target: ([y]) => tf.sum(y as tf.Tensor, 1) });
      const expected = tf.grad((x) => tf.sum(model.predict(x) as tf.Tensor))(x);
      expect(await distance(found, expected)).toBeLessThan(1e-6);
      found.dispose();
    };
    for (let call = 0; call < 4; call++) await check();
    expect(made).toBe(2 * 2);
    head.setWeights([random([4, 3], 7), random([3], 8)]);
    for (let call = 0; call < 4; call++) await check();
    expect(made).toBe(2 * 2 + 2);
  } finally {
    await useBackend(plain);
  }
});

test('a model with a batch of one is run row by row', async () => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 2, batchInputShape: [1, 3], activation: 'tanh' })],
  });
  const x = random([3, 3]);
  const calls: (number | undefined)[] = [];
  const [only] = model.layers as [tf.layers.Layer];
  const { call } = only;
  only.call = (inputs, options) => {
    calls.push(([inputs].flat()[0] as tf.Tensor).shape[0]);
    return call.call(only, inputs, options);
  };
  const found = await valuesOf(model, x, { method: gradient(), target: 1, batchSize: 3 });
  expect(new Set(calls)).toEqual(new Set([1]));
  const rows = tf
    .unstack(x)
    .map((row) => tf.grad((row) => tf.slice(model.predict(row) as tf.Tensor, [0, 1], [1, 1]))(tf.expandDims(row, 0)));
  expect(await distance(found, tf.concat(rows))).toBeLessThan(1e-6);
  found.dispose();
});
