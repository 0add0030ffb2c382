import * as tf from '@tensorflow/tfjs';
import { backendsHere, convolutionToy, denseToy, openBackend } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { attribute, layer, prepare } from '../../src/index';
import { branching } from '../branching';
import { activation, elementAblation, gradient, pathMean, smooth } from '../methods';
import { random, values } from '../tensors';
import { engineState } from './clean';
import { network, slowly } from './slowly';

for (const backend of backendsHere) {
  describe(`at the same time on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    test('many calls, on models of every kind, give to the bit what they give alone', async () => {
      const [dense, convolution, branches] = [denseToy(), convolutionToy(), await branching(5)];
      const prepared = await prepare(dense.model);
      const x = random([3, 5]);
      const picture = random([2, ...convolution.inputShape]);
      const calls: (() => ReturnType<typeof attribute>)[] = [
        () => attribute(network, x, { method: gradient() }),
        () => attribute(slowly, x, { method: gradient(), target: 1 }),
        () => attribute(slowly, x, { method: pathMean(), at: layer('hidden'), target: 2, batchSize: 2 }),
        () => attribute(branches, x, { method: gradient(), target: 0, batchSize: 1 }),
        () => attribute(dense.model, x, { method: pathMean() }),
        () => attribute(prepared, x, { method: smooth(gradient()), seed: 4 }),
        () => attribute(prepared, x, { method: activation(), at: layer('hidden') }),
        () => attribute(convolution.model, picture, { method: gradient() }),
        () => attribute(convolution.model, picture, { method: pathMean(), at: layer('hidden') }),
        () => attribute(slowly, x, { method: elementAblation(), target: 0 }),
        () => attribute(network, x, { method: pathMean(), target: 0, memory: 3000 }),
      ];
      // A prepared model is asked once whether it mixes rows.
      (await attribute(prepared, x, { method: gradient() })).dispose();
      const alone = [];
      for (const call of calls) alone.push(await call());
      const before = engineState();
      for (let round = 0; round < 3; round++) {
        // In another order each time.
        const order = calls.map((_, i) => (i * 7 + round * 3) % calls.length);
        const together = await Promise.all(order.map((i) => calls[i]?.()));
        for (const [nth, i] of order.entries()) {
          const [why, expected] = [together[nth], alone[i]];
          expect(await values(why?.values as tf.Tensor)).toEqual(await values(expected?.values as tf.Tensor));
          expect(why?.score).toEqual(expected?.score);
          expect(why?.notes).toEqual(expected?.notes);
          expect({ ...why?.cost, milliseconds: 0 }, `call ${i}`).toEqual({ ...expected?.cost, milliseconds: 0 });
          why?.dispose();
        }
        expect(engineState()).toEqual(before);
      }
      for (const why of alone) why.dispose();
      prepared.dispose();
      for (const model of [dense, convolution, branches]) model.dispose();
    });

    test('batches are cut as they are alone, however little memory there is and whoever else takes some', async () => {
      const [x, large] = [random([3, 5]), random([3, 5], 2)];
      const sizes: number[] = [];
      const watched = (x: tf.Tensor) => {
        sizes.push(x.shape[0] ?? 0);
        return slowly(x);
      };
      const plans = new Set<string>();
      for (const memory of [200, 300, 400, 600, 900]) {
        const call = async () => {
          sizes.length = 0;
          const why = await attribute(watched, x, { method: pathMean(), target: 1, memory });
          return { why, plan: String(sizes) };
        };
        const alone = await call();
        const taken: tf.Tensor[] = [];
        const other = attribute(slowly, large, {
          method: elementAblation(),
          target: 0,
          onProgress: () => void taken.push(tf.zeros([1000])),
        });
        const together = await call();
        expect(together.plan).toBe(alone.plan);
        expect(await values(together.why.values)).toEqual(await values(alone.why.values));
        for (const { why } of [alone, together, { why: await other }]) why.dispose();
        tf.dispose(taken);
        plans.add(alone.plan);
      }
      expect(plans.size).toBeGreaterThan(2);
    });

    test('some calls that fail leave the others alone', async () => {
      const x = random([3, 5]);
      const broken = async (x: tf.Tensor) => {
        const y = await slowly(x);
        y.dispose();
        throw new Error('broken');
      };
      const alone = await attribute(slowly, x, { method: pathMean(), target: 1 });
      const controller = new AbortController();
      const results = await Promise.allSettled([
        attribute(slowly, x, { method: pathMean(), target: 1 }),
        attribute(broken, x, { method: gradient(), target: 1 }),
        attribute(slowly, x, { method: pathMean(), target: 99 }),
        attribute(slowly, x, {
          method: pathMean(),
          target: 1,
          batchSize: 1,
          signal: controller.signal,
          onProgress: () => controller.abort(),
        }),
        attribute(slowly, x, { method: pathMean(), target: 1 }),
      ]);
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
        'rejected',
        'fulfilled',
      ]);
      for (const result of results) {
        if (result.status === 'rejected') continue;
        expect(await values(result.value.values)).toEqual(await values(alone.values));
        result.value.dispose();
      }
      alone.dispose();
    });
  });
}
