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
  type RuleSet,
  useBackend,
} from '@vitrum/core';
import {
  backpropagation,
  deconvolution,
  deepLift,
  deepLiftShap,
  epsilonPlusFlat,
  gradientShap,
  guidedBackprop,
  integratedGradients,
  lrp,
  ruleSets,
  saliency,
  smoothGrad,
} from '@vitrum/gradient-methods';
import { activation, guidedGradCam } from '@vitrum/layer-methods';
import { featureAblation, occlusion } from '@vitrum/perturbation-methods';
import { own } from '@vitrum/testing/internal';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { serve } from '../src/index';
import { bundleForNode } from './bundle';
import { network, numbers } from './model';
import type { Asked } from './serving';

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

const asking = (workerData: Asked) => () => new Worker(serving, { workerData });

/** @param what its threads are to do, if not to serve the network on cpu */
/** Rows of the network that this thread has evaluated. */
let rows = 0;
const counting: typeof network = (picture, further) => {
  rows += picture.shape[0] ?? 0;
  return network(picture, further);
};

async function helped(count: number, what?: Asked): Promise<Model> {
  const model = await prepare(counting, { workers: { count, load: what ? asking(what) : serving } });
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
    ['guided backpropagation', { method: guidedBackprop(), batchSize: 1 }, 1],
    ['deconvolution', { method: deconvolution(), batchSize: 1 }, 1],
    ['guided Grad-CAM', { method: guidedGradCam({ layer: 'features' }), batchSize: 1 }, 1],
    ['DeepLIFT', { method: deepLift(), batchSize: 1 }, 1],
    ['DeepLIFT with rows of a distribution', { method: deepLiftShap() }, 1],
    ['LRP', { method: lrp({ composite: epsilonPlusFlat() }), batchSize: 1 }, 1],
    ['what a layer says', { method: activation(), at, batchSize: 1 }],
  ])('%s', async (_, options, target) => {
    const baseline = options.method.distribution ? { baseline: distribution(own(numbers([4, 9, 9, 2], 5))) } : {};
    const call = { ...options, ...baseline, ...(target !== undefined && { target }) };
    const x = pictures();
    const alone = await said(await attribute(network, x, call));
    for (const model of [one, three]) {
      rows = 0;
      const why = await attribute(model, x, call);
      expect(rows).toBeLessThan(why.cost.forward);
      expect(await said(why)).toEqual(alone);
    }
  });
});

test('threads evaluate nearly all rows', async () => {
  const model = await helped(2);
  rows = 0;
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
  const [picture, context] = inputs;
  const [together, apart] = [await several(network, inputs), await several(network, picture, { context })];
  rows = 0;
  expect(await several(model, inputs)).toEqual(together);
  expect(await several(model, picture, { context })).toEqual(apart);
  expect(rows).toBeLessThan(2 * 3 * 20);
});

test('calls side by side do not disturb each other', async () => {
  const model = await helped(2);
  const x = pictures();
  const call = (target: number) => ({ method: integratedGradients({ steps: 20 }), target });
  const alone = [];
  for (const target of [0, 1, 2]) alone.push(await said(await attribute(network, x, call(target))));
  rows = 0;
  const beside = await Promise.all([0, 1, 2].map(async (target) => said(await attribute(model, x, call(target)))));
  expect(beside).toEqual(alone);
  expect(rows).toBeLessThan(3 * 3 * 20);
});

test('two models may share a thread', async () => {
  const shared = new Worker(serving);
  const start = () => prepare(network, { workers: { count: 1, load: () => shared } });
  const [first, second] = [await start(), await start()];
  models.push(first, second);
  const x = pictures();
  const call = (target: number) => ({ method: integratedGradients({ steps: 60 }), target });
  const alone = [await said(await attribute(network, x, call(0))), await said(await attribute(network, x, call(3)))];
  const beside = [attribute(first, x, call(0)), attribute(second, x, call(3))];
  expect(await Promise.all(beside.map(async (why) => said(await why)))).toEqual(alone);
});

test('rules that are made out of others by name are not taken for those', async () => {
  const rules: RuleSet = { ...(ruleSets.guidedBackprop as () => RuleSet)(), rule: () => undefined };
  const call = { method: backpropagation({ rules }), target: 1, batchSize: 1 };
  const x = pictures();
  const [here, why] = [await attribute(network, x, call), await attribute(await helped(1), x, call)];
  expect(await why.values.data()).toEqual(await here.values.data());
  for (const result of [here, why]) result.dispose();
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
      'Some rows were evaluated without workers: the target is a function, which does not travel.',
    ]);
  });

  test('backward rules that are new, and those that the threads do not know', async () => {
    const rules: RuleSet = { seed: 'one', unfuse: false, rule: () => undefined };
    const model = await helped(1);
    const several = { batchSize: 1 };
    expect(await notes(model, { method: backpropagation({ rules }), ...several })).toEqual([
      'Some rows were evaluated without workers: backward rules are functions, which do not travel.',
    ]);
    expect(await notes(await helped(1, { ignorant: true }), { method: guidedBackprop(), ...several })).toEqual([
      'Some rows were evaluated without workers: the threads do not know the backward rules "guidedBackprop", which serve(load, { ruleSets }) can give them.',
    ]);
  });

  test('another model', async () => {
    expect(await notes(await helped(1, { another: true }))).toEqual([
      'Some rows were evaluated without workers: the model there answers otherwise than the one here.',
    ]);
  });

  test('another backend', async () => {
    expect(await notes(await helped(1, { backend: 'wasm' }))).toEqual([
      'Some rows were evaluated without workers: the threads are on "wasm", and this thread is on "cpu".',
    ]);
  });

  test('threads that end in the middle, and before the next call', async () => {
    const model = await helped(2, { dies: 3 });
    expect(await notes(model, { batchSize: 2 })).toEqual([
      'Some rows were evaluated without workers: a thread ended with code 3.',
    ]);
    expect(await notes(model, { batchSize: 2 })).toEqual([
      expect.stringMatching(/^Some rows were evaluated without workers: .*ended/),
    ]);
    expect(await notes(model, { batchSize: 2 })).toEqual([
      'Some rows were evaluated without workers: all threads have ended.',
    ]);
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

  test('are an error where a thread cannot even be made, and the others end', async () => {
    let made = 0;
    const load = () => {
      if (made++ > 0) throw new Error('no more threads');
      return new Worker(serving);
    };
    await expect(prepare(network, { workers: { count: 2, load } })).rejects.toThrow('did not start (no more threads)');
    await new Promise((resolve) => setTimeout(resolve, 300)); // in which a rejection that nobody handles ends the process
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

test('serve() outside a worker is an error', () => {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ parentPort: null } as never);
  try {
    expect(() => serve(() => network)).toThrow('Got serve() outside a worker');
  } finally {
    vi.restoreAllMocks();
  }
});

test('a program that does not dispose its model ends all the same', async () => {
  const program = await bundleForNode('program.ts', join(folder, 'program.mjs'));
  const { stdout } = await promisify(execFile)(process.execPath, [program.pathname, serving.href], { timeout: 15_000 });
  expect(stdout.trim()).toBe('same bits');
});
