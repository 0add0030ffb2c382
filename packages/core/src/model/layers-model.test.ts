import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { activation, gradient, pathMean } from '../../test/methods';
import { distance, random, values } from '../../test/tensors';
import {
  type AttributeOptions,
  attribute,
  type GradientRule,
  type Inputs,
  layer,
  type ModelLike,
  prepare,
  useBackend,
} from '../index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const dense = (units: number, name: string, activation: 'tanh' | 'linear' = 'tanh') =>
  tf.layers.dense({ units, name, activation, biasInitializer: 'randomNormal' });
/** The orthogonal initializer, the default, warns and takes its time. */
const zeros = { recurrentInitializer: 'zeros' } as const;
const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
  layer.apply(inputs.length > 1 ? inputs : (inputs[0] as tf.SymbolicTensor)) as tf.SymbolicTensor; // symbolic in, symbolic out
const run = (layer: tf.layers.Layer, ...inputs: tf.Tensor[]) =>
  layer.apply(inputs.length > 1 ? inputs : (inputs[0] as tf.Tensor)) as tf.Tensor; // tensors in, one tensor out

/** The attributed values, which live until the test ends. */
async function valuesOf<I extends Inputs>(model: ModelLike, inputs: I, options: AttributeOptions): Promise<I> {
  const { values } = await attribute(model, inputs, options);
  return values;
}

/** x → first → (shared, shared∘shared) → sum → last; the names of the layers are those. */
function skipping() {
  const input = tf.input({ shape: [4], name: 'x' });
  const [first, shared, last] = [dense(3, 'first'), dense(3, 'shared'), dense(2, 'last')];
  const sum = tf.layers.add({ name: 'sum' });
  const h = apply(first, input);
  const once = apply(shared, h);
  const outputs = apply(last, apply(sum, once, apply(shared, once)));
  return { model: tf.model({ inputs: input, outputs }), first, shared, sum, last };
}

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
    tf.dispose(found);
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
    tf.dispose(found);
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

  test('are as before after a call, a failed one too', async () => {
    const { model, first } = skipping();
    const x = random([2, 4]);
    const options = { method: activation(), at: layer('first') };
    tf.dispose(await valuesOf(model, x, options));
    const unchanged = () => model.layers.every((layer) => !Object.hasOwn(layer, 'call'));
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
