import * as tf from '@tensorflow/tfjs';
import { graph, spelled } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { attribute, attributeEach, defineMethod, layer, neuron, perExample, tap } from '../src/index';
import { disposeGraphs, kept, valuesOf as valuesOfGraph } from './graphs';
import { valuesOf } from './layers';
import { activation, elementAblation, gradient, pathMean } from './methods';
import { distance, random, values } from './tensors';

beforeAll(() => tf.setBackend('cpu'));
afterEach(disposeGraphs);

describe('several inputs', () => {
  /** Σ a² + Σ a · Σ b: the path from (a′, b′) to (a, b) at one midpoint is exact, as it is quadratic. */
  const quadratic = (a: tf.Tensor, b: tf.Tensor) => {
    const [sum, other] = [tf.sum(a, 1, true), tf.sum(b, 1, true)];
    return tf.add(tf.sum(tf.square(a), 1, true), tf.mul(sum, other));
  };
  const named = ({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => quadratic(a, b);
  const method = pathMean([0.5]);

  /** (x − x′) ⊙ the gradient at the midpoint, written out for one example. */
  function expected(a: number[], b: number[], a0: number[], b0: number[]): [number[], number[]] {
    const middle = (x: number[], from: number[]) => x.map((value, i) => (value + (from[i] ?? 0)) / 2);
    const sum = (x: number[]) => x.reduce((total, value) => total + value, 0);
    const [ma, mb] = [middle(a, a0), middle(b, b0)];
    return [
      a.map((value, i) => (value - (a0[i] ?? 0)) * (2 * (ma[i] ?? 0) + sum(mb))),
      b.map((value, i) => (value - (b0[i] ?? 0)) * sum(ma)),
    ];
  }

  test('have baselines of their own, in the container of the inputs', async () => {
    const [a, b] = [random([2, 3], 1), random([2, 2], 2)];
    const [a0, b0] = [random([1, 3], 3), random([2, 2], 4)];
    const rows = async (of: tf.Tensor, e: number) => {
      const [count = 1, width = 1] = of.shape;
      return (await values(of)).slice((e % count) * width, ((e % count) + 1) * width);
    };
    const list = await valuesOf(quadratic, [a, b], { method, baseline: [a0, b0] });
    const record = await valuesOf(named, { b, a }, { method, baseline: { a: a0, b: b0 } });
    expect(Object.keys(record)).toEqual(['b', 'a']);
    const each = [0, 1].map(async (e) =>
      expected(await rows(a, e), await rows(b, e), await rows(a0, e), await rows(b0, e)),
    );
    const [first, second] = await Promise.all(each);
    for (const found of [list, [record.a, record.b]]) {
      for (const i of [0, 1]) {
        const both = [...(first?.[i] ?? []), ...(second?.[i] ?? [])];
        expect(await distance(found[i] as tf.Tensor, both)).toBeLessThan(1e-5);
      }
    }
    tf.dispose([list, record]);
  });

  test('have a standard error in their container too', async () => {
    const sampled = defineMethod('sampled', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => ({
      values: probe.inputs.map((x) => tf.zerosLike(x)),
      standardError: probe.inputs.map((x) => tf.onesLike(x)),
    }));
    const [a, b] = [random([2, 3], 1), random([2, 2], 2)];
    const why = await attribute(named, { a, b }, { method: sampled(), target: 0 });
    expect(why.standardError?.a.shape).toEqual([2, 3]);
    expect(why.standardError?.b.shape).toEqual([2, 2]);
    why.dispose();
  });
});

test('booleans are welcome where nothing is differentiated, and no gradient is made up for them', async () => {
  const worth = tf.tensor1d([1, 10, 100]);
  const count = (on: tf.Tensor) => tf.sum(tf.mul(tf.cast(on, 'float32'), worth), 1, true);
  const on = tf.tensor2d([[1, 0, 1]], [1, 3], 'bool');
  expect(await values(await valuesOf(count, on, { method: elementAblation() }))).toEqual([1, 0, 100]);
  await expect(attribute(count, on, { method: gradient() })).rejects.toThrow(/input "0" of type bool/);
});

describe('token ids', () => {
  /** Looks up ids in a table: an embedding of 3 numbers, whose squares are weighed. */
  async function lookUp() {
    const g = graph();
    g.input('ids', [-1, 2], 'int32');
    g.constant('table', await random([5, 3], 1).data(), [5, 3]);
    g.constant('zero', [0], [], 'int32');
    g.constant('axes', [1, 2], [2], 'int32');
    g.node('embed/lookup', 'GatherV2', ['table', 'ids', 'zero']);
    g.node('squares', 'Square', ['embed/lookup']);
    g.node('y', 'Sum', ['squares', 'axes'], { keep_dims: spelled.flag(false) });
    return kept(await g.load({ y: 'y' }));
  }

  test('have no gradient, and the error names the embedding of a LayersModel or a GraphModel, which has one', async () => {
    const ids = tf.tensor2d([[1, 3]], [1, 2], 'int32');
    const model = await lookUp();
    await expect(attribute(model, ids, { method: gradient(), target: 0 })).rejects.toThrow(
      expect.objectContaining({ code: 'inputs', message: expect.stringMatching(/"ids".*layer\('embed\/lookup'\)/) }),
    );
    const found = await valuesOfGraph(model, ids, { method: gradient(), target: 0, at: layer('embed/lookup') });
    const table = await values(random([5, 3], 1));
    expect(
      await distance(
        found,
        [1, 3].flatMap((id) => table.slice(3 * id, 3 * id + 3).map((v) => 2 * v)),
      ),
    ).toBeLessThan(1e-6);

    const embedding = tf.layers.embedding({ inputDim: 5, outputDim: 3, inputLength: 2, name: 'words' });
    const layers = tf.sequential({ layers: [embedding, tf.layers.flatten(), tf.layers.dense({ units: 2 })] });
    await expect(attribute(layers, ids, { method: gradient(), target: 0 })).rejects.toThrow(/at: layer\('words'\)/);
    layers.dispose();
  });
});

describe('a node that a converter fused', () => {
  /** x → block/Relu = relu(x w1 + b), as one node → y = block/Relu w2. */
  async function fused() {
    const g = graph();
    g.input('x', [-1, 3]);
    g.constant('w1', await random([3, 4], 11).data(), [3, 4]);
    g.constant('b', await random([4], 12).data(), [4]);
    g.constant('w2', await random([4, 2], 13).data(), [4, 2]);
    g.node('block/Relu', '_FusedMatMul', ['x', 'w1', 'b'], {
      fused_ops: spelled.texts('BiasAdd', 'Relu'),
      num_args: spelled.integer(1),
    });
    g.node('y', 'MatMul', ['block/Relu', 'w2']);
    return kept(await g.load({ y: 'y' }));
  }

  test('is a site like any other: seen, entered and differentiated', async () => {
    const model = await fused();
    const x = random([3, 3], 1);
    const hidden = tf.relu(tf.add(tf.matMul(x, random([3, 4], 11)), random([4], 12)));
    const slope = tf.tile(tf.reshape(tf.slice(random([4, 2], 13), [0, 1], [4, 1]), [1, 4]), [3, 1]);
    const at = layer('block/Relu');
    for (const [method, expected] of [
      [gradient(), slope],
      [pathMean([0.5]), tf.mul(tf.sub(hidden, tf.relu(random([4], 12))), slope)],
      [elementAblation(), tf.mul(hidden, slope)],
    ] as const)
      expect(await distance(await valuesOfGraph(model, x, { method, at, target: 1 }), expected)).toBeLessThan(1e-5);
    expect(await distance(await valuesOfGraph(model, x, { method: activation(), at }), hidden)).toBeLessThan(1e-6);
    const through = tf.mul(slope, tf.step(hidden));
    const toInputs = tf.matMul(through, random([3, 4], 11), false, true);
    expect(await distance(await valuesOfGraph(model, x, { method: gradient(), target: 1 }), toInputs)).toBeLessThan(
      1e-5,
    );
  });

  test('stands for what it swallowed, which cannot be named', async () => {
    const model = await fused();
    const options = { method: gradient(), target: 0 };
    for (const name of ['block/MatMul', 'block/BiasAdd']) {
      await expect(attribute(model, random([1, 3]), { ...options, at: layer(name) })).rejects.toThrow(
        expect.objectContaining({
          code: 'site',
          message: expect.stringMatching(/"block\/Relu" \(_FusedMatMul\) may hold it/),
        }),
      );
    }
    await expect(attribute(model, random([1, 3]), { ...options, at: layer('other/MatMul') })).rejects.not.toThrow(
      /fused/,
    );
  });
});

test('targets of all kinds can be asked about together, each as it is alone', async () => {
  const w = random([3, 4], 11);
  const model = (x: tf.Tensor) => tf.square(tap('hidden', tf.tanh(tf.matMul(x, w))));
  const x = random([3, 3], 1);
  const labels = tf.tensor1d([1, 0, 2]);
  const targets = [
    perExample([3, 0, -1]),
    neuron(layer('hidden'), 2),
    neuron(layer('hidden'), (h) => tf.max(h, 1)),
    ([y]: readonly tf.Tensor[], rows: { take(t: tf.Tensor): tf.Tensor }) =>
      tf.mul(tf.sum(y as tf.Tensor, 1), rows.take(labels)),
  ];
  const each = await attributeEach(model, x, { method: pathMean(), targets, batchSize: 2 });
  for (const [i, target] of targets.entries()) {
    const alone = await attribute(model, x, { method: pathMean(), target, batchSize: 2 });
    expect(await values(each[i]?.values as tf.Tensor)).toEqual(await values(alone.values));
    alone.dispose();
  }
  // The labels go with the examples: the second, whose label is 0, gets nothing.
  expect((await values(each[3]?.values as tf.Tensor)).slice(3, 6).every((value) => Math.abs(value) === 0)).toBe(true);
  for (const why of each) why.dispose();
});
