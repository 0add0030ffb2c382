import * as tf from '@tensorflow/tfjs';
import { graph, spelled } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { disposeGraphs, kept, valuesOf } from '../../test/graphs';
import { activation, gradient, pathMean } from '../../test/methods';
import { distance, random, values } from '../../test/tensors';
import { attribute, contrast, layer, neuron, output, prepare } from '../index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(disposeGraphs);

const w1 = () => random([3, 4], 11);
const w2 = () => random([4, 4], 12);
const w3 = () => random([4, 2], 13);

/** x → hidden = tanh(x w1) → deep = sin(hidden w2); joined = hidden + deep; y = joined w3. */
async function skipping(rows = -1): Promise<tf.GraphModel> {
  const g = graph();
  g.input('x', [rows, 3]);
  for (const [name, weight] of Object.entries({ w1: w1(), w2: w2(), w3: w3() })) {
    g.constant(name, await weight.data(), weight.shape);
  }
  g.node('product', 'MatMul', ['x', 'w1']);
  g.node('hidden', 'Tanh', ['product']);
  g.node('inner', 'MatMul', ['hidden', 'w2']);
  g.node('deep', 'Sin', ['inner']);
  g.node('joined', 'AddV2', ['hidden', 'deep']);
  g.node('y', 'MatMul', ['joined', 'w3']);
  return kept(await g.load({ y: 'y' }));
}
const hidden = (x: tf.Tensor) => tf.tanh(tf.matMul(x, w1()));
const deep = (hidden: tf.Tensor) => tf.sin(tf.matMul(hidden, w2()));
const head = (joined: tf.Tensor) => tf.matMul(joined, w3());

const column = (y: tf.Tensor, i: number) => tf.slice(y, [0, i], [-1, 1]);

describe('a site in a GraphModel', () => {
  test('gives the activation of a node, and what flows into it', async () => {
    const model = await skipping();
    const x = random([3, 3]);
    const h = hidden(x);
    for (const [at, expected] of [
      [layer('hidden'), h],
      [layer('deep'), deep(h)],
      [layer('deep', { side: 'input' }), tf.matMul(h, w2())],
      [layer('y', { side: 'input' }), tf.add(h, deep(h))],
    ] as const) {
      expect(await distance(await valuesOf(model, x, { method: activation(), at }), expected)).toBeLessThan(1e-6);
    }
  });

  test('gives the gradient at a node, by all ways that lead on from it', async () => {
    const model = await skipping();
    const x = random([3, 3]);
    const h = hidden(x);
    const ways: [string, tf.Tensor][] = [
      ['hidden', tf.grad((h) => column(head(tf.add(h, deep(h))), 1))(h)],
      ['deep', tf.grad((d) => column(head(tf.add(h, d)), 1))(deep(h))],
      [
        'y',
        tf.tensor2d([
          [0, 1],
          [0, 1],
          [0, 1],
        ]),
      ],
    ];
    for (const [name, expected] of ways) {
      const found = await valuesOf(model, x, { method: gradient(), at: layer(name), target: 1 });
      expect(await distance(found, expected)).toBeLessThan(1e-6);
    }
  });

  test('is entered with other values, while the skip connection keeps the example’s own', async () => {
    const model = await skipping();
    const [x, baseline] = [random([2, 3], 1), random([1, 3], 2)];
    const [h, h0] = [hidden(x), hidden(baseline)];
    const difference = tf.sub(deep(h), deep(h0));
    // y is linear behind the site, so that the gradient is the same at all points.
    const slope = tf.grad((d) => column(head(tf.add(h, d)), 0))(deep(h));
    const found = await valuesOf(model, x, { method: pathMean(), at: layer('deep'), target: 0, baseline });
    expect(await distance(found, tf.mul(difference, slope))).toBeLessThan(1e-6);
  });

  test('can be several at once: a neuron of one node against the values at another', async () => {
    const model = await skipping();
    const x = random([2, 3]);
    const h = hidden(x);
    const found = await valuesOf(model, x, {
      method: gradient(),
      at: layer('hidden'),
      target: neuron(layer('deep'), 2),
    });
    expect(await distance(found, tf.grad((h) => column(deep(h), 2))(h))).toBeLessThan(1e-6);
  });

  test('before a node that shares its input with others is an error that names the tensor', async () => {
    const model = await skipping();
    const at = layer('inner', { side: 'input' });
    await expect(attribute(model, random([1, 3]), { method: activation(), at })).rejects.toThrow(
      expect.objectContaining({ code: 'site', message: expect.stringContaining("layer('hidden')") }),
    );
  });

  test('can be any node but inputs and constants, listed in an order in which they run', async () => {
    using prepared = await prepare(await skipping());
    expect(prepared.kind).toBe('graph');
    expect(prepared.layers).toEqual([
      { name: 'product', kind: 'MatMul', shape: [null, 4] },
      { name: 'hidden', kind: 'Tanh', shape: [null, 4] },
      { name: 'inner', kind: 'MatMul', shape: [null, 4] },
      { name: 'deep', kind: 'Sin', shape: [null, 4] },
      { name: 'joined', kind: 'AddV2', shape: [null, 4] },
      { name: 'y', kind: 'MatMul', shape: [null, 2] },
    ]);
    expect(prepared.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [null, 3] }]);
  });
});

describe('a node with several outputs', () => {
  async function splitting(): Promise<tf.GraphModel> {
    const g = graph();
    g.input('x', [-1, 4]);
    g.constant('axis', [1], [], 'int32');
    g.node('split', 'Split', ['axis', 'x'], { num_split: spelled.integer(2) });
    g.node('left', 'Square', ['split']);
    g.node('right', 'Tanh', ['split:1']);
    g.node('y', 'Mul', ['left', 'right']);
    return kept(await g.load({ y: 'y', second: 'split:1' }));
  }

  test('is differentiated through each', async () => {
    const x = random([2, 4]);
    const model = (x: tf.Tensor) => {
      const [left, right] = tf.split(x, 2, 1);
      return column(tf.mul(tf.square(left as tf.Tensor), tf.tanh(right as tf.Tensor)), 1);
    };
    const found = await valuesOf(await splitting(), x, { method: gradient(), target: output('y', 1) });
    expect(await distance(found, tf.grad(model)(x))).toBeLessThan(1e-6);
  });

  test('can be an output of the model by its second', async () => {
    const found = await valuesOf(await splitting(), random([2, 4]), {
      method: gradient(),
      target: output('second', 0),
    });
    expect(await values(found)).toEqual([0, 0, 1, 0, 0, 0, 1, 0]);
  });

  test('is no site, as a GraphModel cannot be entered there: its consumers are', async () => {
    const model = await splitting();
    for (const at of [layer('split'), layer('right', { side: 'input' })]) {
      await expect(
        attribute(model, random([2, 4]), { method: gradient(), at, target: output('y', 0) }),
      ).rejects.toThrow(expect.objectContaining({ code: 'site', message: expect.stringContaining('split') }));
    }
    const at = layer('right');
    tf.dispose(await valuesOf(model, random([2, 4]), { method: gradient(), at, target: output('y', 0) }));
  });
});

test('several inputs are taken by name', async () => {
  const g = graph();
  g.input('a', [-1, 2]);
  g.input('b', [-1, 2]);
  g.node('y', 'Mul', ['a', 'b']);
  const model = kept(await g.load({ y: 'y' }));
  const [a, b] = [random([2, 2], 1), random([2, 2], 2)];
  const why = await attribute(model, { b, a }, { method: gradient(), target: ([y]) => tf.sum(y as tf.Tensor, 1) });
  expect(await distance(why.values.a as tf.Tensor, b)).toBe(0);
  expect(await distance(why.values.b as tf.Tensor, a)).toBe(0);
  why.dispose();
});

describe('a signature', () => {
  async function signed(signature: 'model' | 'metadata' | 'none') {
    const g = graph();
    g.input('serving_image', [-1, 2]);
    g.input('serving_age', [-1, 2]);
    g.node('product', 'Mul', ['serving_image', 'serving_age']);
    const inputs = { serving_image: 'image', serving_age: 'age' };
    return kept(await g.load({ answer: 'product' }, { inputs, signature }));
  }
  const target = ([y]: readonly tf.Tensor[]) => tf.sum(y as tf.Tensor, 1);
  const options = { method: gradient(), target };

  for (const signature of ['model', 'metadata'] as const) {
    test(`in the ${signature} names inputs and outputs, and nodes may be named instead`, async () => {
      const model = await signed(signature);
      using prepared = await prepare(model);
      expect(prepared.inputs?.map(({ name }) => name)).toEqual(['image', 'age']);
      const [image, age] = [random([2, 2], 1), random([2, 2], 2)];
      const named = await attribute(model, { age, image }, options);
      expect(await distance(named.values.image as tf.Tensor, age)).toBe(0);
      const nodes = await attribute(model, { serving_age: age, serving_image: image }, options);
      expect(Object.keys(nodes.values).sort()).toEqual(['serving_age', 'serving_image']);
      expect(await distance(nodes.values.serving_image as tf.Tensor, age)).toBe(0);
      const part = await attribute(model, { image }, { ...options, context: { age }, target: output('answer', 1) });
      expect(Object.keys(part.values)).toEqual(['image']);
      const mixed = attribute(model, { serving_age: age, image }, options);
      await expect(mixed).rejects.toThrow(/"serving_age", "image".*"image", "age"/);
      for (const why of [named, nodes, part]) why.dispose();
    });
  }

  test('that is missing leaves the names of the nodes', async () => {
    const model = await signed('none');
    using prepared = await prepare(model);
    expect(prepared.inputs?.map(({ name }) => name)).toEqual(['serving_image', 'serving_age']);
    const [image, age] = [random([2, 2], 1), random([2, 2], 2)];
    const why = await attribute(model, [image, age], options);
    expect(await distance(why.values[0] as tf.Tensor, age)).toBe(0);
    why.dispose();
  });
});

test('an output that is not asked for is not computed', async () => {
  const g = graph();
  g.input('x', [-1, 3]);
  g.node('y', 'Square', ['x']);
  g.constant('matrix', [1, 2], [2, 1]);
  g.node('broken', 'MatMul', ['x', 'matrix']);
  const model = kept(await g.load({ broken: 'broken', y: 'y' }));
  const x = random([2, 3]);
  const why = await attribute(model, x, { method: gradient(), target: output(1, contrast(2, 0)) });
  const [a = 0, , c = 0] = await values(x);
  expect((await values(why.values)).slice(0, 3).map((v) => v + 0)).toEqual([-2 * a, 0, 2 * c]);
  why.dispose();
  await expect(attribute(model, x, { method: gradient(), target: output('broken', 0) })).rejects.toThrow('matMul');
});

test('what draws at random is noted before anything is run', async () => {
  const g = graph();
  g.input('x', [-1, 3]);
  g.constant('shape', [1, 3], [2], 'int32');
  g.node('noise', 'RandomUniform', ['shape'], { dtype: spelled.type('float32') });
  g.node('y', 'AddV2', ['x', 'noise']);
  const why = await attribute(kept(await g.load({ y: 'y' })), random([1, 3]), { method: gradient(), target: 0 });
  expect(why.notes).toEqual([expect.stringContaining('draws at random in node "noise"')]);
  expect(await values(why.values)).toEqual([1, 0, 0]);
  why.dispose();
});

test('a graph for one row runs row by row', async () => {
  const model = await skipping(1);
  const x = random([3, 3]);
  const found = await valuesOf(model, x, { method: gradient(), target: 1, batchSize: 3 });
  expect(await distance(found, tf.grad((x) => column(head(tf.add(hidden(x), deep(hidden(x)))), 1))(x))).toBeLessThan(
    1e-6,
  );
});

test('a node is meant by its own name where the signature calls another by it', async () => {
  const g = graph();
  g.input('x', [-1, 3]);
  g.node('a', 'Square', ['x']);
  g.node('b', 'Tanh', ['a']);
  g.node('c', 'Square', ['b']);
  const model = kept(await g.load({ a: 'b', b: 'c' }, { inputs: { x: 'a' } }));
  const x = random([2, 3]);
  const at = layer('a');
  expect(await distance(await valuesOf(model, x, { method: activation(), at }), tf.square(x))).toBeLessThan(1e-6);
  const score = (a: tf.Tensor) => column(tf.square(tf.tanh(a)), 1);
  for (const method of [gradient(), pathMean([1])]) {
    const found = await valuesOf(model, x, { method, at, target: output('b', 1) });
    const expected = tf.grad(score)(tf.square(x));
    const factor = method.name === 'gradient' ? 1 : tf.square(x);
    expect(await distance(found, tf.mul(expected, factor))).toBeLessThan(1e-6);
  }
});
