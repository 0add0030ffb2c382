import * as tf from '@tensorflow/tfjs';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { openBackend } from '@vitrum/testing';
import { expectWarning } from '@vitrum/testing/internal';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AttributeOptions,
  AttributionError,
  attribute,
  defineBackend,
  layer,
  tap,
  useBackend,
} from '../../src/index';
import { activation, elementAblation, gradient, pathMean, smooth } from '../methods';
import { random, shadows, values } from '../tensors';
import { expectFailure, failure } from './clean';

beforeAll(() => openBackend('wasm'));
beforeEach(() => openBackend('cpu'));

const weight = () => random([3, 2], 7);
const model = (x: tf.Tensor) => tf.tanh(tf.matMul(tap('hidden', tf.square(x)), weight()));
const methods: Record<string, AttributeOptions> = {
  'a gradient': { method: gradient() },
  'a path': { method: pathMean(), at: layer('hidden') },
  'an ablation': { method: elementAblation(), target: 0 },
  'an expansion': { method: smooth(gradient()), target: 0 },
  'an activation': { method: activation(), at: layer('hidden') },
};

describe('another backend in the midst of a call is an error, and the next call runs on it', () => {
  for (const [name, options] of Object.entries(methods)) {
    test(`in ${name}`, async () => {
      for (const asynchronous of [false, true]) {
        const x = random([3, 3]);
        let turned = 0;
        const turn = async () => {
          if (turned++ === 0) await tf.setBackend('wasm');
        };
        const slow = async (x: tf.Tensor) => {
          await turn();
          return tf.tidy(() => model(x));
        };
        // The function of the model turns it in its pause, or the user between batches.
        const call = () =>
          asynchronous
            ? attribute(slow, x, { ...options, batchSize: 1 })
            : attribute(model, x, { ...options, batchSize: 1, onProgress: () => void turn() });
        await tf.setBackend('cpu');
        const { numTensors } = tf.memory();
        await expect(call()).rejects.toThrow(
          expect.objectContaining({
            code: 'backend',
            message: expect.stringMatching(/"wasm" in the middle of a call; expected "cpu".*setBackend/),
          }),
        );
        expect(tf.memory().numTensors).toBe(numTensors);
        expect(shadows()).toEqual([]);
        const next = await attribute(model, x, { method: gradient(), target: 0 });
        expect(tf.getBackend()).toBe('wasm');
        next.dispose();
      }
    });
  }

  test('unless it was over before the next batch', async () => {
    const x = random([3, 3]);
    const there = async () => {
      await tf.setBackend('wasm');
      tf.square(random([2])).dispose();
      await tf.setBackend('cpu');
    };
    const alone = await attribute(model, x, { method: pathMean(), target: 0, batchSize: 1 });
    const why = await attribute(model, x, {
      method: pathMean(),
      target: 0,
      batchSize: 1,
      onProgress: () => void there(),
    });
    expect(await values(why.values)).toEqual(await values(alone.values));
    for (const each of [alone, why]) each.dispose();
  });
});

describe('a backend that is taken away', () => {
  beforeEach(async () => {
    tf.registerBackend('lost', () => new MathBackendCPU());
    tf.copyRegisteredKernels('cpu', 'lost');
    await tf.setBackend('lost');
  });
  afterEach(() => {
    for (const { kernelName } of tf.getKernelsForBackend('lost')) tf.unregisterKernel(kernelName, 'lost');
    if (tf.engine().backendNames().includes('lost')) tf.removeBackend('lost');
  });

  for (const [name, options] of Object.entries(methods)) {
    test(`in the midst of ${name} is an error, and the next call works`, async () => {
      const x = random([3, 3]);
      const { numTensors } = tf.memory();
      let lost = false;
      const onProgress = () => {
        if (!lost) tf.removeBackend('lost');
        lost = true;
      };
      await expect(attribute(model, x, { ...options, batchSize: 1, onProgress })).rejects.toThrow(
        expect.objectContaining({ code: 'backend', message: expect.stringMatching(/expected "lost"/) }),
      );
      await tf.ready(); // TF.js may have begun to open the next best
      await tf.setBackend('cpu');
      expect(tf.memory().numTensors).toBe(numTensors);
      expect(shadows()).toEqual([]);
      (await attribute(model, random([3, 3]), { method: gradient(), target: 0 })).dispose();
    });
  }
});

describe('a kernel that throws', () => {
  /** Lets a kernel of the cpu backend throw once it has run `after` times, and tells how often it ran. */
  async function withFailing(kernelName: string, after: number, call: () => Promise<tf.Tensor | undefined>) {
    let calls = 0;
    const original = tf.getKernel(kernelName, 'cpu');
    tf.unregisterKernel(kernelName, 'cpu');
    tf.registerKernel({
      ...original,
      kernelFunc: (parameters) => {
        if (calls++ === after) throw new Error('out of memory');
        return original.kernelFunc(parameters);
      },
    });
    try {
      (await call())?.dispose();
      return calls;
    } finally {
      tf.unregisterKernel(kernelName, 'cpu');
      tf.registerKernel(original);
    }
  }

  test('in the model, at any of its calls, is its own error', async () => {
    const x = random([2, 3]);
    const call = async () => (await attribute(model, x, { method: pathMean(), target: 0, batchSize: 1 })).values;
    const calls = await withFailing('Tanh', Number.POSITIVE_INFINITY, call);
    expect(calls).toBeGreaterThan(8);
    for (let after = 0; after < calls; after++) {
      expect(await failure(() => withFailing('Tanh', after, call))).toMatchObject({ message: 'out of memory' });
    }
  });

  test('on the way back names the operation whose gradient it was for', async () => {
    const x = random([2, 3]);
    // The gradient of a square takes no zeros; that of a choice does.
    const model = (x: tf.Tensor) => tf.where(tf.greater(tap('a', x), 0), x, tf.mul(x, 2));
    const call = () =>
      withFailing('ZerosLike', 0, async () => (await attribute(model, x, { method: gradient(), target: 0 })).values);
    await expectFailure(
      call,
      'gradient',
      /"out of memory" from the backward rule for operation \d+ .*kernel Select, behind tap "a"/,
    );
  });
});

describe('a backend that does not start', () => {
  test('leaves the one before in use, says why, and comes again when it can', async () => {
    let awake = false;
    const sleepy = { name: 'sleepy', open: () => Promise.resolve() };
    tf.registerBackend('sleepy', () => {
      if (!awake) throw new Error('asleep');
      return new MathBackendCPU();
    });
    tf.copyRegisteredKernels('cpu', 'sleepy');
    expectWarning(/sleepy|asleep/);
    await expectFailure(() => useBackend(sleepy), 'backend', /"sleepy", which did not start/, /cpu\(\)/);
    expect(tf.getBackend()).toBe('cpu');
    const unknown = defineBackend({ name: 'nowhere', open: () => Promise.resolve() });
    await expectFailure(
      () => useBackend(unknown),
      'backend',
      /"nowhere", which could not be chosen \(.*not found in registry/,
    );
    const broken = defineBackend({ name: 'wasm', open: () => Promise.reject(new Error('no such device')) });
    await expectFailure(() => useBackend(broken), 'backend', /could not be opened \(no such device\)/);
    const own = new AttributionError('backend', { got: 'no engine', expected: 'one', fix: 'Install it.' });
    const missing = defineBackend({ name: 'wasm', open: () => Promise.reject(own) });
    await expect(useBackend(missing)).rejects.toBe(own);
    expect(tf.getBackend()).toBe('cpu');
    awake = true;
    await useBackend(sleepy);
    expect(tf.getBackend()).toBe('sleepy');
    (await attribute(model, random([2, 3]), { method: gradient(), target: 0 })).dispose();
    await tf.setBackend('cpu');
    tf.removeBackend('sleepy');
    for (const { kernelName } of tf.getKernelsForBackend('sleepy')) tf.unregisterKernel(kernelName, 'sleepy');
  });
});
