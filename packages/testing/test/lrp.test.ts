import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { attribute, layer, type ModelLike } from '@vitrum/core';
import {
  type CompositeData,
  epsilonAlpha2Beta1Flat,
  epsilonComposite,
  epsilonGammaBox,
  epsilonPlus,
  type LrpOptions,
  lrp,
} from '@vitrum/gradient-methods';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../src/backends';
import { closeTo } from '../src/close-to';
import type { TensorData } from '../src/golden/case';
import { modelStore } from '../src/golden/models';
import { readTensor } from '../src/golden/tensors';
import { onEachBackend } from '../src/on-each-backend';
import { seeded } from '../src/seeded';

const golden = fileURLToPath(new URL('../golden', import.meta.url));
const names = await readdir(join(golden, 'models'));
const inputsOf = async (name: string) => {
  const text = await readFile(join(golden, 'models', name, 'forward.json'), 'utf8');
  const { inputs }: { inputs: TensorData[] } = JSON.parse(text);
  return Promise.all(inputs.map((data) => readTensor(data, golden)));
};

const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
  layer.apply(inputs.length > 1 ? inputs : (inputs[0] as tf.SymbolicTensor)) as tf.SymbolicTensor; // symbolic in, symbolic out
/** Initializers draw at random. Variances must be positive. */
const settle = (model: tf.LayersModel): tf.LayersModel => {
  const weights = model.weights.map(({ name, shape }, i) => {
    const drawn = seeded(90 + i, shape as number[]); // a weight has no free dim
    return /variance/.test(name) ? tf.add(tf.square(drawn), 0.1) : drawn;
  });
  model.setWeights(weights);
  return model;
};

interface Found {
  readonly values: readonly number[];
  readonly delta: number;
  readonly score: number;
  readonly notes: readonly string[];
}
async function relevance(model: ModelLike, x: tf.Tensor, options: LrpOptions = {}, at?: string): Promise<Found> {
  const method = lrp({ strict: true, ...options });
  const why = await attribute(model, x, { method, target: 0, ...(at !== undefined && { at: layer(at) }) });
  const values = Array.from(await (why.values as tf.Tensor).data()); // of one input, one tensor
  why.dispose();
  const [delta = Number.NaN] = why.convergenceDelta ?? [];
  return { values, delta, score: why.score[0] ?? Number.NaN, notes: why.notes };
}

const composites: CompositeData[] = [
  epsilonComposite({ mergeBatchNorm: true }),
  epsilonPlus(),
  epsilonAlpha2Beta1Flat(),
  epsilonGammaBox({ low: -1, high: 1 }),
  { name: 'γ', choices: [{ rule: { name: 'gamma' } }], mergeBatchNorm: true },
];

onEachBackend('on %s, LRP', (backend) => {
  const models = modelStore();
  beforeAll(async () => {
    await openBackend(backend);
    await Promise.all(names.map((name) => models.load(join(golden, 'models', name))));
  });
  afterAll(() => models.dispose());

  test.each(names)('has a rule for all of the golden model %s', async (name) => {
    const model = await models.load(join(golden, 'models', name));
    const inputs = await inputsOf(name);
    const at = inputs.some(({ dtype }) => dtype === 'int32') ? { at: layer('embedding') } : {};
    const [only] = inputs;
    const why = await attribute(model, only && inputs.length === 1 ? only : inputs, {
      method: lrp({ strict: true, composite: 'epsilonPlusFlat' }),
      target: ([y]) => tf.sum(tf.reshape(y as tf.Tensor, [y?.shape[0] ?? 1, -1]), 1), // there is an output
      ...at,
    });
    expect(why.notes).toEqual([]);
    for (const delta of why.convergenceDelta ?? [Number.NaN]) expect(Number.isFinite(delta)).toBe(true);
    why.dispose();
  });

  test.each(composites)('gives a graph the same with its operations fused and apart: $name', async (composite) => {
    const [x] = await inputsOf('graph-fused');
    const [fused, apart] = await Promise.all(
      ['graph-fused', 'graph-unfused'].map((name) => models.load(join(golden, 'models', name))),
    );
    const expected = await relevance(fused as tf.GraphModel, x as tf.Tensor, { composite });
    const found = await relevance(apart as tf.GraphModel, x as tf.Tensor, { composite });
    await closeTo(found.values, expected.values, { relative: 1e-5 });
  });

  /** The network of the golden model graph-bn, out of layers, its batch normalization apart or folded. */
  async function layersOf(graph: tf.GraphModel, folded: boolean): Promise<tf.LayersModel> {
    const weight = (name: string) => (graph.weights as Record<string, tf.Tensor[]>)[name]?.[0] as tf.Tensor; // they are there
    const scale = tf.div(weight('gamma'), tf.sqrt(tf.add(weight('variance'), 1e-3)));
    const input = tf.input({ shape: [9, 9, 3] });
    const convolution = tf.layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same', useBias: folded });
    const normal = tf.layers.batchNormalization({ epsilon: 1e-3 });
    let h = apply(convolution, input);
    if (!folded) h = apply(normal, h);
    h = apply(tf.layers.reLU({ maxValue: 6 }), h);
    h = apply(tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false, activation: 'relu' }), h);
    h = apply(tf.layers.globalAveragePooling2d({}), h);
    const model = tf.model({ inputs: input, outputs: apply(tf.layers.dense({ units: 5 }), h) });
    const first = folded
      ? [tf.mul(weight('w1'), scale), tf.sub(weight('beta'), tf.mul(weight('mean'), scale))]
      : ['w1', 'gamma', 'beta'].map(weight);
    const trainable = [...first, ...['wd', 'w3', 'b3'].map(weight)];
    model.setWeights(folded ? trainable : [...trainable, weight('mean'), weight('variance')]);
    return model;
  }

  test.each(composites)(
    'gives graph, layers, and layers with folded normalization the same: $name',
    async (composite) => {
      const graph = (await models.load(join(golden, 'models', 'graph-bn'))) as tf.GraphModel; // its name says so
      const x = seeded(5, [1, 9, 9, 3]);
      const [apart, folded] = [await layersOf(graph, false), await layersOf(graph, true)];
      const expected = await relevance(folded, x, { composite });
      expect(expected.score).toBeCloseTo((await relevance(graph, x)).score, 4);
      const bound = { absolute: 1e-6, relative: 1e-4 };
      await closeTo((await relevance(apart, x, { composite })).values, expected.values, bound);
      await closeTo((await relevance(graph, x, { composite })).values, expected.values, bound);
      for (const model of [apart, folded]) model.dispose();
    },
  );

  const blocks: Readonly<Record<string, readonly [shape: number[], make: () => tf.layers.Layer]>> = {
    'a dense layer': [[4], () => tf.layers.dense({ units: 3 })],
    'a dense layer over steps': [[2, 4], () => tf.layers.dense({ units: 3 })],
    'a convolution along one dim': [[5, 2], () => tf.layers.conv1d({ filters: 3, kernelSize: 2 })],
    'a depthwise convolution': [[4, 4, 2], () => tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 })],
    'a separable convolution': [[4, 4, 2], () => tf.layers.separableConv2d({ filters: 3, kernelSize: 2 })],
    'a transposed convolution': [[3, 3, 2], () => tf.layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 })],
  };
  test.each(Object.entries(blocks))('merges a batch normalization into %s', async (name, [shape, make]) => {
    const flat = () => (shape.length > 1 ? [tf.layers.flatten()] : []);
    const head = () => [tf.layers.reLU(), ...flat(), tf.layers.dense({ units: 2 })];
    const sequence = (layers: tf.layers.Layer[]) =>
      settle(tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: shape }), ...layers] }));
    const apart = sequence([make(), tf.layers.batchNormalization({ name: 'normal' }), ...head()]);
    // The same function with scale and shift of its own layers: fold by what the two do to the layer's weights.
    const folded = sequence([make(), ...head()]);
    const weights = (model: tf.LayersModel, at: number) => (model.layers[at] as tf.layers.Layer).getWeights();
    const [gamma, beta, mean, variance] = weights(apart, 2) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const scale = tf.div(gamma, tf.sqrt(tf.add(variance, 1e-3)));
    const given = weights(apart, 1);
    const [kernel, bias] = [given.at(-2) as tf.Tensor, given.at(-1) as tf.Tensor];
    const laid = /transposed/.test(name)
      ? tf.reshape(scale, [-1, 1])
      : /depthwise/.test(name)
        ? tf.reshape(scale, kernel.shape.slice(2))
        : scale;
    const shifted = tf.add(tf.mul(tf.sub(bias, mean), scale), beta);
    (folded.layers[1] as tf.layers.Layer).setWeights([...given.slice(0, -2), tf.mul(kernel, laid), shifted]);
    (folded.layers.at(-1) as tf.layers.Layer).setWeights(weights(apart, apart.layers.length - 1));

    const x = seeded(6, [1, ...shape]);
    for (const composite of composites) {
      const [found, expected] = [await relevance(apart, x, { composite }), await relevance(folded, x, { composite })];
      expect(found.score).toBeCloseTo(expected.score, 4);
      await closeTo(found.values, expected.values, { absolute: 1e-5, relative: 1e-4 });
    }
    const kept = { layer: 'normal', rule: { name: 'epsilon' } } as const;
    const [unmerged, meant] = [
      await relevance(apart, x, { composite: { name: 'γ', choices: [{ rule: { name: 'gamma' } }] } }),
      await relevance(apart, x, {
        composite: { name: 'γ', choices: [kept, { rule: { name: 'gamma' } }], mergeBatchNorm: true },
      }),
    ];
    await closeTo(meant.values, unmerged.values);
    for (const model of [apart, folded]) model.dispose();
  });
});

describe('LRP', () => {
  beforeAll(() => openBackend('cpu'));

  test('merges no normalization into a convolution that others take from', async () => {
    const input = tf.input({ shape: [4] });
    const h = apply(tf.layers.dense({ units: 3, name: 'shared' }), input);
    const sum = apply(tf.layers.add(), h, apply(tf.layers.batchNormalization(), h));
    const model = settle(tf.model({ inputs: input, outputs: apply(tf.layers.dense({ units: 1 }), sum) }));
    const x = seeded(6, [1, 4]);
    for (const name of ['epsilon', 'gamma'] as const) {
      const choices = [{ rule: { name } }];
      const merged = await relevance(model, x, { composite: { name, choices, mergeBatchNorm: true } });
      const apart = await relevance(model, x, { composite: { name, choices } });
      expect(merged.values).toEqual(apart.values);
    }
    model.dispose();
  });

  test('gives a layer what it hands on, whether or not a normalization behind it is merged into it', async () => {
    const layers = [
      tf.layers.dense({ units: 3, inputShape: [4], name: 'first' }),
      tf.layers.batchNormalization({ name: 'normal' }),
      tf.layers.reLU(),
      tf.layers.dense({ units: 1 }),
    ];
    const model = settle(tf.sequential({ layers }));
    const x = seeded(6, [1, 4]);
    const composite = epsilonComposite({ mergeBatchNorm: true });
    const behind = await relevance(model, x, { composite }, 'normal');
    const before = await relevance(model, x, { composite }, 'first');
    expect(before.values).toEqual(behind.values);
    model.dispose();
  });

  test.each(['lstm', 'gru', 'simpleRNN'] as const)('hands a score back through the steps of %s', async (name) => {
    const units = 4;
    const options = { units, inputShape: [5, 3], useBias: false };
    const recurrent = tf.layers[name](options as Parameters<typeof tf.layers.lstm>[0]);
    const model = settle(tf.sequential({ layers: [recurrent, tf.layers.dense({ units: 1, useBias: false })] }));
    const x = seeded(6, [1, 5, 3]);
    const signal = await relevance(model, x, { gates: 'signal' });
    const even = await relevance(model, x);
    for (const { notes, values } of [signal, even]) {
      expect(notes).toEqual([]);
      for (let step = 0; step < 5; step++) {
        expect(Math.max(...values.slice(3 * step, 3 * step + 3).map(Math.abs))).toBeGreaterThan(1e-5);
      }
    }
    // Without biases only the 1 in a GRU's 1 − z and the 0.5 in a hard sigmoid keep any of it, both inside gates.
    expect(signal.delta).toBeCloseTo(0, 4);
    if (name === 'lstm') expect(Math.abs(even.delta)).toBeGreaterThan(1e-4);
    model.dispose();
  });

  test('counts the inner layers of a nested model by name', async () => {
    const inner = tf.sequential({
      name: 'inner',
      layers: [tf.layers.dense({ units: 3, name: 'first', inputShape: [4] })],
    });
    const model = settle(tf.sequential({ layers: [inner, tf.layers.dense({ units: 1 })] }));
    const rules = { 'inner/first': { name: 'flat' } } as const;
    const { values, notes } = await relevance(model, seeded(6, [1, 4]), {
      composite: { name: 'layers', default: { name: 'epsilon' }, rules },
    });
    expect(notes).toEqual([]);
    expect(new Set(values.map((value) => value.toFixed(5))).size).toBe(1);
    model.dispose();
  });
});
