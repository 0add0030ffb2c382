import * as tf from '@tensorflow/tfjs';
import { onEachBackend, openBackend } from '@vitrum/testing';
import { graph } from '@vitrum/testing/internal';
import { afterEach, beforeAll, expect, test } from 'vitest';
import {
  type AttributeOptions,
  type AttributionMethod,
  attribute,
  attributeEach,
  type Box,
  contrast,
  defineMethod,
  layer,
  type ModelLike,
  missing,
  type Site,
  scores,
  tap,
} from '../src/index';
import { disposeGraphs, kept } from './graphs';
import { apply } from './layers';
import { pathMean, smooth } from './methods';
import { random } from './tensors';

/** A picture of 5 × 5 → 16 channels, some of them one after the other, and past them → a column for each channel. */
function wide(x: tf.Tensor): tf.Tensor {
  const early = tf.sin(tf.mul(x, tf.fill([1, 1, 1, 16], 0.7)));
  const late = tf.sigmoid(tf.add(tf.sin(tap('site', tf.tanh(early))), early));
  return tf.mean(late, [1, 2]);
}

function layers(): tf.LayersModel {
  const x = tf.input({ shape: [5, 5, 1] });
  const conv = (name: string) =>
    tf.layers.conv2d({ filters: 8, kernelSize: 1, activation: 'tanh', name, biasInitializer: 'randomNormal' });
  const early = apply(conv('early'), x);
  const joined = apply(tf.layers.add(), apply(conv('site'), early), early);
  const late = apply(tf.layers.globalAveragePooling2d({}), apply(conv('late'), joined));
  return tf.model({ inputs: x, outputs: apply(tf.layers.dense({ units: 2 }), late) });
}

async function nodes(): Promise<tf.GraphModel> {
  const g = graph();
  g.input('x', [-1, 5, 5, 1]);
  g.constant('w', await random([1, 1, 1, 16], 2).data(), [1, 1, 1, 16]);
  g.constant('axes', [1, 2], [2], 'int32');
  g.constant('one', [1], [], 'int32');
  g.node('many', 'Mul', ['x', 'w']);
  g.node('early', 'Sin', ['many']);
  g.node('site', 'Tanh', ['early']);
  g.node('both', 'AddV2', ['site', 'early']);
  g.node('late', 'Sigmoid', ['both']);
  g.node('y', 'Mean', ['late', 'axes'], { keep_dims: { b: false } });
  return kept(await g.load({ y: 'y' }));
}

/** S without every 2 × 2 window, a step of one. */
const occlusion: () => AttributionMethod = defineMethod(
  'occlusion',
  { uses: ['baseline'], deterministic: true, rowwise: true, baselineAt: 'site' },
  () => async (probe) => {
    const [x] = await probe.x();
    const [, height = 1, width = 1, channels = 1] = x?.shape ?? [];
    const boxes = Array.from({ length: (height - 1) * (width - 1) }, (_, i): Box => {
      const [row, column] = [Math.floor(i / (width - 1)), i % (width - 1)];
      return { tensor: 0, low: [row, column, 0], high: [row + 2, column + 2, channels] };
    });
    await probe.run({ points: missing(boxes), put: probe.site }, scores());
    return [tf.zerosLike(x as tf.Tensor)];
  },
);
const steps = (count: number) => pathMean(Array.from({ length: count }, (_, i) => i / count));

/** Most bytes that TF.js held beside what it held before, looked at after every kernel. */
async function mostBytes(run: () => Promise<unknown>): Promise<number> {
  const engine = tf.engine() as unknown as { runKernelFunc(call: unknown): unknown };
  const original = engine.runKernelFunc;
  const before = tf.memory().numBytes;
  let most = 0;
  engine.runKernelFunc = (call) => {
    const made = original.call(engine, call);
    most = Math.max(most, tf.memory().numBytes - before);
    return made;
  };
  try {
    await run();
  } finally {
    Reflect.deleteProperty(engine, 'runKernelFunc');
  }
  return most;
}

/** Most bytes held in a call, and the rows of its largest batch. */
async function seen(model: ModelLike, x: tf.Tensor, options: Omit<AttributeOptions, 'target'>) {
  let [before, rows] = [0, 0];
  const onProgress = ({ done }: { done: number }) => {
    rows = Math.max(rows, done - before);
    before = done;
  };
  const bytes = await mostBytes(async () =>
    (await attribute(model, x, { ...options, target: 1, onProgress })).dispose(),
  );
  return { bytes, rows };
}

onEachBackend('a run keeps within the memory allowed, and takes it, on %s', (backend) => {
  beforeAll(() => openBackend(backend));
  afterEach(() => {
    disposeGraphs();
    tf.disposeVariables();
  });

  const models: Record<string, () => ModelLike | Promise<ModelLike>> = { function: () => wide, layers, nodes };
  const places: Record<string, Site | undefined> = { 'the inputs': undefined, 'a site': layer('site') };
  const cases = Object.keys(models).flatMap((model) => Object.keys(places).map((place) => [model, place] as const));

  test.each(cases)('%s, at %s', async (model, place) => {
    const made = (await models[model]?.()) as ModelLike;
    const at = places[place];
    const x = random([2, 5, 5, 1], 5);
    for (const method of [steps(10), occlusion()]) {
      const options = { method, ...(at && { at }) };
      // What it takes by one row at a time: less cannot be.
      const least = await seen(made, x, { ...options, memory: 1 });
      const [little, much] = [1.5 * least.bytes, 4 * least.bytes];
      const [few, many] = [
        await seen(made, x, { ...options, memory: little }),
        await seen(made, x, { ...options, memory: much }),
      ];
      expect(few.bytes).toBeLessThanOrEqual(1.1 * little);
      expect(many.bytes).toBeLessThanOrEqual(1.1 * much);
      expect(many.rows).toBeGreaterThan(few.rows);
    }
  });

  /** Beside what the caller gets: so many tensors of 5 × 5 × `channels` for each of two examples. */
  const results = (count: number, channels: number) => 4 * count * 2 * 25 * channels;

  test.each(Object.entries(places))('with many targets at %s', async (_, at) => {
    const x = random([2, 5, 5, 1], 5);
    const options = { method: steps(2), ...(at && { at }) };
    const memory = 1.5 * (await seen(wide, x, { ...options, memory: 1 })).bytes;
    const targets = Array.from({ length: 64 }, (_, i) => contrast(i % 16, Math.floor(i / 16)));
    const most = await mostBytes(async () => {
      for (const why of await attributeEach(wide, x, { ...options, targets, memory })) why.dispose();
    });
    expect(most - results(64, at ? 16 : 1)).toBeLessThanOrEqual(1.1 * memory);
  });

  test('with several sites', async () => {
    const x = random([2, 5, 5, 1], 5);
    const model = layers();
    const options = { method: steps(5), target: 1 };
    const at = ['early', 'site', 'late', 'early', 'site', 'late'].map((name) => layer(name));
    const memory = 1.5 * (await seen(model, x, { ...options, at: layer('early'), memory: 1 })).bytes;
    const most = await mostBytes(async () => {
      for (const why of await attribute(model, x, { ...options, at, memory })) why.dispose();
    });
    expect(most - results(6, 8)).toBeLessThanOrEqual(1.1 * memory);
  });

  test.each(Object.entries(places))('with noisy copies at %s', async (_, at) => {
    const x = random([2, 5, 5, 1], 5);
    const options = { method: smooth(steps(3), { copies: 12 }), ...(at && { at }) };
    const { bytes } = await seen(wide, x, { ...options, memory: 1 });
    for (const times of [1.5, 4]) {
      const memory = times * bytes;
      expect((await seen(wide, x, { ...options, memory })).bytes).toBeLessThanOrEqual(1.1 * memory);
    }
  });

  test('whatever the number of steps', async () => {
    const x = random([1, 4, 4, 1], 5);
    const held = (count: number) => seen(wide, x, { method: steps(count), memory: 4e4 });
    expect(await held(1000)).toEqual(await held(30));
  });
});
