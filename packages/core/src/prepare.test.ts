import * as tf from '@tensorflow/tfjs';
import { graph } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { disposeGraphs, kept } from '../test/graphs';
import { apply, dense } from '../test/layers';
import { elementAblation, gradient, pathMean, smooth } from '../test/methods';
import { distance, random } from '../test/tensors';
import { attribute, attributeEach, layer, type ModelLike, neuron, output, prepare } from './index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  disposeGraphs();
  tf.disposeVariables();
});

const steady = (x: tf.Tensor) => tf.tanh(tf.matMul(x, random([3, 2], 4)));

/** x → hidden → y, for this number of rows; fails for others. */
function layers(rows?: number): tf.LayersModel {
  const x = rows ? tf.input({ batchShape: [rows, 3] }) : tf.input({ shape: [3] });
  return tf.model({ inputs: x, outputs: apply(dense(2, 'last'), apply(dense(4, 'hidden'), x)) });
}

async function graphs(rows: number, keys?: string[]): Promise<tf.GraphModel> {
  const g = graph();
  g.input('x', [rows, 3]);
  g.constant('w', await random([3, 2], 5).data(), [3, 2]);
  g.node('product', 'MatMul', ['x', 'w']);
  g.node('hidden', 'Tanh', ['product']);
  g.node('last', 'Sin', ['hidden']);
  const model = kept(await g.load({ y: 'last', z: 'hidden' }, { inputs: { x: 'image' } }));
  // As the loader leaves what userDefinedMetadata has.
  return keys ? Object.assign(model, { structuredOutputKeys: keys }) : model;
}

/** Whatever is asked, as many rows as it takes come in. */
const demanding = (rows: number) => (x: tf.Tensor) => {
  expect(x.shape[0]).toBe(rows);
  return steady(x);
};

describe('rows', () => {
  const at = { hidden: layer('hidden') };
  test.each([1, 4])('are what the model gets, whatever is asked: %i', async (rows) => {
    const model = await prepare(demanding(rows), { rows });
    const x = random([3, 3], 7);
    for (const method of [
      gradient(),
      pathMean([0.1, 0.6, 0.9]),
      elementAblation(),
      smooth(gradient(), { copies: 2 }),
    ]) {
      for (const target of [1, undefined]) {
        const all = { method, ...(target !== undefined && { target }) };
        const [why, expected] = [await attribute(model, x, all), await attribute(steady, x, all)];
        expect(await distance(why.values, expected.values)).toBeLessThan(1e-6);
        expect(await distance(why.score, expected.score)).toBeLessThan(1e-6);
        why.dispose();
        expected.dispose();
      }
    }
  });

  test.each([
    ['layers', (rows?: number) => layers(rows)],
    ['a graph', (rows?: number) => graphs(rows ?? -1)],
  ])('that a model declares are kept at its layers too: %s', async (_, make) => {
    const free = await make();
    const fixed = await make(4);
    if ('setWeights' in fixed && 'getWeights' in free) fixed.setWeights(free.getWeights());
    const x = random([3, 3], 7);
    const last = { ...('setWeights' in fixed ? { target: 1 } : { target: output('y', 1) }) };
    for (const options of [last, { ...last, at: at.hidden }, { target: neuron(layer('hidden'), 1) }]) {
      for (const method of [gradient(), pathMean([0.1, 0.6, 0.9]), elementAblation()]) {
        const [why, expected] = [
          await attribute(fixed, x, { method, ...options }),
          await attribute(free, x, { method, ...options }),
        ];
        expect(await distance(why.values, expected.values)).toBeLessThan(1e-6);
        why.dispose();
        expected.dispose();
      }
    }
  });

  test('are any where one vouches for it, and nothing is asked', async () => {
    const options = { method: pathMean([0.2, 0.4, 0.6, 0.8]), target: 1, batchSize: 5 };
    const x = random([3, 3]);
    const forward = async (model: ModelLike) => {
      const why = await attribute(model, x, options);
      why.dispose();
      return why.cost.forward;
    };
    expect(await forward(await prepare(steady, { rows: 'any' }))).toBe((await forward(await prepare(steady))) - 1);
  });

  test.each<[string, () => ModelLike, number | 'any', string]>([
    ['no number of rows', () => steady, 0, 'rows 0'],
    ['no whole number', () => steady, 1.5, 'rows 1.5'],
    ['another than it declares', () => layers(2), 3, 'rows 3 for a model that takes 2'],
    ['any where it declares one', () => layers(2), 'any', 'rows any for a model that takes 2'],
  ])('are an error: %s', async (_, make, rows, text) => {
    const model = make();
    await expect(prepare(model, { rows })).rejects.toThrow(expect.objectContaining({ code: 'option' }));
    await expect(prepare(model, { rows })).rejects.toThrow(text);
  });

  test('of one preparation are none of another', async () => {
    const prepared = await prepare(steady);
    expect((await prepare(prepared, { rows: 4 })).rows).toBe(4);
    expect(prepared.rows).toBeUndefined();
  });
});

describe('a signature', () => {
  test('is the one that TF.js loads, and gives inputs and outputs their names', async () => {
    const model = await prepare(await graphs(-1), { signature: 'serving_default' });
    expect(model.inputs?.map(({ name }) => name)).toEqual(['image']);
    const why = await attribute(model, { image: random([2, 3]) }, { method: gradient(), target: output('y', 0) });
    expect(Object.keys(why.values)).toEqual(['image']);
    why.dispose();
  });

  test('of another name is an error that says what there is', async () => {
    const model = await graphs(-1);
    await expect(prepare(model, { signature: 'train' })).rejects.toThrow(
      /signature "train".*from "image" to "y", "z".*--signature_name=train/s,
    );
    await expect(prepare(layers(), { signature: 'train' })).rejects.toThrow(expect.objectContaining({ code: 'model' }));
  });

  test('may have other names for its outputs, which are those that predict() gives', async () => {
    const model = await graphs(-1, ['label', 'box']);
    const x = random([2, 3]);
    expect(Object.keys(model.predict(x) as object)).toEqual(['label', 'box']);
    const [byName, byNumber] = await attributeEach(model, x, {
      method: gradient(),
      targets: [output('box', 1), output(1, 1)],
    });
    expect(await distance(byName?.values as tf.Tensor, byNumber?.values as tf.Tensor)).toBe(0);
    byName?.dispose();
    byNumber?.dispose();
  });
});

/** Its filter is flipped for the way back, as cpu has no kernel for that with dilation. */
const convolving = () =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 3, kernelSize: 2, dilationRate: 2, inputShape: [5, 5, 2] }),
      tf.layers.flatten(),
      dense(2, 'last'),
    ],
  });

describe('a prepared model', () => {
  test('gives back what it keeps at the end of its block, and the model itself lives on', async () => {
    const model = convolving();
    const before = tf.memory().numTensors;
    {
      using prepared = await prepare(model);
      const x = random([4, 5, 5, 2]);
      for (let call = 0; call < 3; call++) (await attribute(prepared, x, { method: gradient(), target: 1 })).dispose();
      x.dispose();
      expect(tf.memory().numTensors).toBeGreaterThan(before); // transposed weights
    }
    expect(tf.memory().numTensors).toBe(before);
    (model.predict(random([1, 5, 5, 2])) as tf.Tensor).dispose();
  });

  test('makes what it keeps once', async () => {
    const prepared = await prepare(convolving());
    const x = random([4, 5, 5, 2]);
    const explain = async () => (await attribute(prepared, x, { method: gradient(), target: 1 })).dispose();
    await explain();
    await explain();
    const held = tf.memory().numTensors;
    await explain();
    expect(tf.memory().numTensors).toBe(held);
    prepared.dispose();
    expect(tf.memory().numTensors).toBeLessThan(held);
  });

  test('is no model any more once it is disposed', async () => {
    const prepared = await prepare(convolving());
    prepared.dispose();
    await expect(attribute(prepared, random([1, 5, 5, 2]), { method: gradient() })).rejects.toThrow(
      'a prepared model that was disposed',
    );
  });
});
