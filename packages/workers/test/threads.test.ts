import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@vitrum/backend-cpu';
import { wasm } from '@vitrum/backend-wasm';
import {
  type AttributeOptions,
  type Attribution,
  attribute,
  attributeEach,
  distribution,
  type Inputs,
  layer,
  type Model,
  type ModelLike,
  neuron,
  prepare,
  useBackend,
} from '@vitrum/core';
import { gradientShap, integratedGradients, saliency, smoothGrad } from '@vitrum/gradient-methods';
import { activation } from '@vitrum/layer-methods';
import { featureAblation, occlusion } from '@vitrum/perturbation-methods';
import { own } from '@vitrum/testing/internal';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import '../src/index';
import { bundleForNode } from './bundle';
import { network, numbers } from './model';

const folder = mkdtempSync(join(tmpdir(), 'vitrum-workers-'));
let serving: URL;
let models: Model[] = [];

beforeAll(async () => {
  serving = await bundleForNode('serving.ts', join(folder, 'serving.mjs'));
  await useBackend(cpu());
});
afterEach(() => {
  for (const model of models) model.dispose();
  models = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What its threads are to do, if not to serve the network on cpu. */
type Asked = import('./serving').Asked;

const asking = (workerData: Asked) => () => new Worker(serving, { workerData });

async function helped(count: number, what?: Asked): Promise<Model> {
  const model = await prepare(network, { workers: { count, load: what ? asking(what) : serving } });
  models.push(model);
  return model;
}

/** Everything that a result says, as numbers. */
async function said(why: Attribution): Promise<unknown> {
  const { values, score, convergenceDelta, standardError, notes, cost } = why;
  const tensors = [values, standardError ?? []].flatMap((given) =>
    'dataId' in given ? [given as Tensor] : Object.values(given as Record<string, Tensor>),
  );
  const numbers = await Promise.all(tensors.map(async (tensor) => [tensor.shape, await tensor.data()]));
  why.dispose();
  return { numbers, score, convergenceDelta, notes, forward: cost.forward > 0, backward: cost.backward };
}

const pictures = () => own(numbers([3, 9, 9, 2], 11));

describe.each(['cpu', 'wasm'] as const)('on %s, threads give the bits that one thread gives', (backend) => {
  let one: Model;
  let three: Model;
  beforeAll(async () => {
    await useBackend(backend === 'wasm' ? wasm() : cpu());
    [one, three] = [await helped(1, { backend }), await helped(3, { backend })];
    models = [];
    return async () => {
      for (const model of [one, three]) model.dispose();
      await useBackend(cpu());
    };
  });

  const at = layer('features');
  const steps = { steps: 30 };
  test.each<[string, Omit<AttributeOptions, 'target'>, AttributeOptions['target']?]>([
    ['integrated gradients', { method: integratedGradients(steps) }, 2],
    ['integrated gradients at a layer', { method: integratedGradients(steps), at }, 2],
    ['integrated gradients of a neuron', { method: integratedGradients(steps) }, neuron(at, [4, 4, 1])],
    ['as many steps as are needed', { method: integratedGradients({ steps: 'auto' }) }],
    ['occlusion', { method: occlusion({ window: [3, 3, 2], strides: [2, 2, 2] }) }, 1],
    ['ablation at a layer', { method: featureAblation(), at, batchSize: 16 }, 1],
    ['gradient SHAP', { method: gradientShap({ samples: 20, noise: 0.1 }), seed: 3 }, 0],
    ['smooth saliency', { method: smoothGrad(saliency(), { samples: 12, noise: 0.2 }) }, 0],
    ['what a layer says', { method: activation(), at, batchSize: 1 }],
  ])('%s', async (_, options, target) => {
    const baseline = options.method.distribution ? { baseline: distribution(own(numbers([4, 9, 9, 2], 5))) } : {};
    const call = { ...options, ...baseline, ...(target !== undefined && { target }) };
    const x = pictures();
    const alone = await said(await attribute(network, x, call));
    expect(await said(await attribute(one, x, call))).toEqual(alone);
    expect(await said(await attribute(three, x, call))).toEqual(alone);
  });
});

test('threads evaluate nearly all rows', async () => {
  let rows = 0;
  const counting: typeof network = (picture, further) => {
    rows += picture.shape[0] ?? 0;
    return network(picture, further);
  };
  const model = await prepare(counting, { workers: { count: 2, load: serving } });
  models.push(model);
  const why = await attribute(model, pictures(), { method: integratedGradients({ steps: 50 }), target: 1 });
  expect(why.cost.backward).toBe(150);
  why.dispose();
  // One to learn from, a batch of as many as cpu gains from and one of them alone; the first of the pictures and baselines.
  expect(rows).toBe(1 + 32 + 1 + 2);
});

test('inputs by order, context and several targets travel', async () => {
  const inputs: [Tensor, Tensor] = [pictures(), own(numbers([3, 3], 12))];
  const model = await helped(2);
  const options = { method: integratedGradients({ steps: 20 }), targets: [0, 4] };
  const several = async (model: ModelLike, given: Inputs, more: object = {}) =>
    Promise.all((await attributeEach(model, given, { ...options, ...more })).map(said));
  expect(await several(model, inputs)).toEqual(await several(network, inputs));
  const [picture, context] = inputs;
  expect(await several(model, picture, { context })).toEqual(await several(network, picture, { context }));
});

test('calls side by side do not disturb each other', async () => {
  const model = await helped(2);
  const x = pictures();
  const call = (target: number) => ({ method: integratedGradients({ steps: 20 }), target });
  const alone = [];
  for (const target of [0, 1, 2]) alone.push(await said(await attribute(network, x, call(target))));
  const beside = await Promise.all([0, 1, 2].map(async (target) => said(await attribute(model, x, call(target)))));
  expect(beside).toEqual(alone);
});

describe('a note says why rows were not evaluated by workers', () => {
  const method = integratedGradients({ steps: 20 });
  const notes = async (model: ModelLike, options: Partial<AttributeOptions> = {}) => {
    const x = pictures();
    const here = await attribute(network, x, { method, target: 1, ...options });
    const why = await attribute(model, x, { method, target: 1, ...options });
    expect(await why.values.data()).toEqual(await here.values.data());
    here.dispose();
    why.dispose();
    return why.notes;
  };

  test('a target that is a function', async () => {
    const target = (outputs: readonly Tensor[]) => tf.sum(outputs[0] as Tensor, -1);
    expect(await notes(await helped(1), { target })).toEqual([
      'Rows were evaluated without workers: the target is a function, which does not travel.',
    ]);
  });

  test('another model', async () => {
    expect(await notes(await helped(1, { another: true }))).toEqual([
      'Rows were evaluated without workers: the model there answers otherwise than the one here.',
    ]);
  });

  test('another backend', async () => {
    expect(await notes(await helped(1, { backend: 'wasm' }))).toEqual([
      'Rows were evaluated without workers: they are on "wasm", and this thread is on "cpu".',
    ]);
  });

  test('threads that end in the middle, and before the next call', async () => {
    const model = await helped(2, { dies: 3 });
    expect(await notes(model)).toEqual(['Rows were evaluated without workers: it ended with code 3.']);
    expect(await notes(model)).toEqual([expect.stringMatching(/^Rows were evaluated without workers: .*ended/)]);
    expect(await notes(model)).toEqual(['Rows were evaluated without workers: they have ended.']);
  });
});

describe('threads that do not start', () => {
  const start = (load: URL | (() => Worker), count = 1) => prepare(network, { workers: { count, load } });

  test('are an error that gives the reason', async () => {
    await expect(start(asking({ fails: true }), 2)).rejects.toThrow(
      'Got workers of which one did not start (the model is not there); expected a module that calls serve()',
    );
    await expect(start(new URL('nowhere.mjs', serving))).rejects.toThrow(/did not start \(Cannot find module/);
  });

  test('as their number or module is wrong are an error', async () => {
    await expect(start(serving, 0)).rejects.toThrow('Got workers with count 0; expected a positive whole number');
    await expect(start('serving.mjs' as unknown as URL)).rejects.toThrow('load of type string');
  });
});

test('an abort is heard, and the threads are there for the next call', async () => {
  const model = await helped(2);
  const x = pictures();
  const controller = new AbortController();
  const reason = new Error('enough');
  const options = { method: integratedGradients({ steps: 400 }), target: 1, signal: controller.signal };
  const onProgress = ({ done }: { done: number }) => done > 200 && controller.abort(reason);
  await expect(attribute(model, x, { ...options, onProgress })).rejects.toBe(reason);
  const call = { method: integratedGradients({ steps: 20 }), target: 1 };
  expect(await said(await attribute(model, x, call))).toEqual(await said(await attribute(network, x, call)));
});

test('a model that was disposed is an error, and its threads have ended', async () => {
  const model = await helped(1);
  model.dispose();
  await expect(attribute(model, pictures(), { method: saliency(), target: 1 })).rejects.toThrow('disposed');
});

test('a program that does not dispose its model ends all the same', async () => {
  const program = await bundleForNode('program.ts', join(folder, 'program.mjs'));
  const { stdout } = await promisify(execFile)(process.execPath, [program.pathname, serving.href], { timeout: 15_000 });
  expect(stdout.trim()).toBe('same bits');
});
