import * as tf from '@tensorflow/tfjs-core';
import { openBackend, seededNumbers } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AttributeOptions, attribute, layer, neuron, tap } from '../../src/index';
import { branching } from '../branching';
import { activation, elementAblation, gradient, pathMean, smooth } from '../methods';
import { random } from '../tensors';
import { failure, leavesNothing, oneFailure } from './clean';

const moment = () => new Promise((resolve) => setTimeout(resolve, 0));
const [w1, w2] = [() => random([3, 4], 11), () => random([4, 2], 12)];
const network = (x: tf.Tensor) => tf.matMul(tf.tanh(tap('hidden', tf.matMul(x, w1()))), w2());
const slowly = async (x: tf.Tensor) => {
  await moment();
  const hidden = tf.tidy(() => tap('hidden', tf.matMul(x, w1())));
  await moment();
  const y = tf.tidy(() => tf.matMul(tf.tanh(hidden), w2()));
  hidden.dispose();
  return y;
};

/** Tells of every kernel that runs, whoever runs it, until the returned function is called. */
function watchKernels(see: () => void): () => void {
  const engine = tf.engine();
  const { runKernel } = engine;
  engine.runKernel = ((...args: Parameters<typeof runKernel>) => {
    see();
    return runKernel.apply(engine, args);
  }) as typeof runKernel;
  return () => void Reflect.deleteProperty(engine, 'runKernel');
}

const site = layer('hidden');
const calls: Record<string, AttributeOptions | (Omit<AttributeOptions, 'at'> & { at: readonly (typeof site)[] })> = {
  'a gradient of what is predicted': { method: gradient() },
  'a path to a layer': { method: pathMean(), at: site, target: 1 },
  'a neuron, by ablation': { method: elementAblation(), target: neuron(site, 1) },
  'an expansion of a path': { method: smooth(pathMean([0.5, 1]), { copies: 2 }), target: 0 },
  'an activation': { method: activation(), at: site },
  'two sites in step': { method: pathMean([0.5]), target: 0, at: [site, layer('hidden', { call: 0 })] },
};

for (const [backend, count] of [
  ['cpu', 50],
  ['wasm', 12],
] as const) {
  describe(`an abort at ${count} random kernels, forward or backward, on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    for (const [how, model] of Object.entries({ 'at once': network, 'with pauses': slowly })) {
      for (const [name, options] of Object.entries(calls)) {
        test(`of ${name}, by a model that answers ${how}, rejects with its reason within a batch`, async () => {
          const x = random([3, 3]);
          const all = { ...options, batchSize: 2 } as AttributeOptions;
          let kernels = 0;
          const stop = watchKernels(() => void kernels++);
          const whole = await attribute(model, x, all);
          stop();
          for (const why of [whole].flat()) why.dispose();
          expect(kernels).toBeGreaterThan(15);

          for (const number of seededNumbers(kernels, count)) {
            const at = Math.floor(((number + 1) / 2) * kernels);
            const controller = new AbortController();
            const reason = { at };
            let [ran, late] = [0, 0];
            const counting = (x: tf.Tensor) => {
              if (controller.signal.aborted) late++;
              return model(x);
            };
            const error = await oneFailure(async () => {
              const stop = watchKernels(() => {
                if (ran++ === at) controller.abort(reason);
              });
              try {
                return await attribute(counting as typeof network, x, { ...all, signal: controller.signal });
              } finally {
                stop();
              }
            });
            expect(error).toBe(reason);
            // One, if the batch had begun.
            expect(late, `model runs after the abort at kernel ${at} of ${kernels}`).toBeLessThanOrEqual(1);
          }
          await leavesNothing(() => Promise.resolve());
        });
      }
    }

    test('of a graph that TF.js runs asynchronously rejects with its reason', async () => {
      const model = await branching(3);
      const x = random([3, 3]);
      const options = { method: pathMean(), target: 0, batchSize: 2 };
      let kernels = 0;
      const stop = watchKernels(() => void kernels++);
      (await attribute(model, x, options)).dispose();
      stop();
      for (const number of seededNumbers(kernels, count)) {
        const at = Math.floor(((number + 1) / 2) * kernels);
        const controller = new AbortController();
        let ran = 0;
        const error = await oneFailure(async () => {
          const stop = watchKernels(() => {
            if (ran++ === at) controller.abort(at);
          });
          try {
            return await attribute(model, x, { ...options, signal: controller.signal });
          } finally {
            stop();
          }
        });
        expect(error).toBe(at);
      }
      await leavesNothing(() => Promise.resolve());
      model.dispose();
    });

    test('whose reason a model’s own error would hide still rejects with it', async () => {
      const x = random([3, 3]);
      const controller = new AbortController();
      const reason = new Error('enough');
      const fetching = async (x: tf.Tensor) => {
        await moment();
        controller.abort(reason);
        controller.signal.throwIfAborted();
        return tf.square(x);
      };
      const failing = async (_: tf.Tensor): Promise<tf.Tensor> => {
        await moment();
        throw new Error('the network is gone, since it was aborted');
      };
      const signal = controller.signal;
      expect(await failure(() => attribute(fetching, x, { method: gradient(), signal }))).toBe(reason);
      expect(await failure(() => attribute(failing, x, { method: gradient(), signal }))).toBe(reason);
    });
  });
}
