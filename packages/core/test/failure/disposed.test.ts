import * as tf from '@tensorflow/tfjs';
import { backendsHere, denseToy, graphToy, openBackend } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AttributeOptions, attribute, layer, prepare } from '../../src/index';
import { elementAblation, gradient, pathMean, smooth } from '../methods';
import { random, values } from '../tensors';
import { expectFailure, leavesNothing } from './clean';

const methods = {
  'a gradient': gradient(),
  'a path': pathMean(),
  'an ablation': elementAblation(),
  'an expansion': smooth(gradient()),
};
/** Does something once, after the first batch. */
const afterFirst = (act: () => void): Pick<AttributeOptions, 'onProgress' | 'batchSize'> => {
  let done = false;
  const onProgress = () => {
    if (!done) act();
    done = true;
  };
  return { onProgress, batchSize: 1 };
};

for (const backend of backendsHere) {
  describe(`what is disposed on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    const toys = { 'a LayersModel': denseToy, 'a GraphModel': graphToy };
    for (const [name, make] of Object.entries(toys)) {
      test(`as ${name} before the call is an error, prepared or not`, async () => {
        const toy = make();
        const x = random([2, ...toy.inputShape]);
        using prepared = await prepare(toy.model);
        toy.dispose();
        for (const model of [toy.model, prepared]) {
          await expectFailure(
            () => attribute(model, x, { method: gradient(), target: 0 }),
            'model',
            /a model whose weights were disposed/,
            /Await the attribution/,
          );
        }
      });

      for (const [what, method] of Object.entries(methods)) {
        test(`as ${name} in the midst of ${what} is an error`, async () => {
          const toy = make();
          const x = random([2, ...toy.inputShape]);
          await expectFailureAfter(toy.dispose, (options) =>
            attribute(toy.model, x, { method, target: 0, ...options }),
          );
        });
      }
    }

    test('as a model without weights is an error', async () => {
      const model = tf.sequential({ layers: [tf.layers.reLU({ inputShape: [3] })] });
      model.dispose();
      const x = random([2, 3]);
      await expectFailure(() => attribute(model, x, { method: gradient(), target: 0 }), 'model', /disposed/);
    });

    test('as one weight of a model, or of a function, is an error that names the kernel', async () => {
      const toy = denseToy();
      const x = random([2, 5]);
      tf.disposeVariables();
      await expectFailure(
        () => attribute(toy.model, x, { method: gradient(), target: 0 }),
        'model',
        /a model whose weights were disposed/,
      );
      const weight = random([5, 2]);
      const model = (x: tf.Tensor) => tf.matMul(x, weight);
      const options: AttributeOptions = { method: pathMean(), target: 0 };
      await expectFailureAfter(
        () => weight.dispose(),
        (more) => attribute(model, x, { ...options, ...more }),
        /a disposed tensor as input "b" of kernel BatchMatMul/,
      );
    });

    test('as a prepared model is an error, and nothing is kept for it afterwards', async () => {
      const toy = denseToy();
      const x = random([2, 5]);
      const before = await prepare(toy.model);
      before.dispose();
      await expectFailure(
        () => attribute(before, x, { method: gradient(), target: 0 }),
        'model',
        /a prepared model that was disposed/,
      );
      for (const method of Object.values(methods)) {
        const midst = await prepare(toy.model);
        await leavesNothing(async () => {
          const call = attribute(midst, x, { method, target: 0, ...afterFirst(() => midst.dispose()) });
          await expect(call).rejects.toThrow(/a prepared model that was disposed/);
        });
      }
      toy.dispose();
    });

    test('as a prepared model, leaves the model itself to others', async () => {
      const toy = denseToy();
      const x = random([2, 5]);
      (await prepare(toy.model)).dispose();
      (await attribute(toy.model, x, { method: gradient(), target: 0 })).dispose();
      toy.dispose();
    });

    for (const [what, method] of Object.entries(methods)) {
      test(`as the input in the midst of ${what} is an error`, async () => {
        const toy = denseToy();
        for (const at of [undefined, layer('hidden')]) {
          const x = random([4, 5]);
          await expectFailureAfter(
            () => x.dispose(),
            (options) => attribute(toy.model, x, { method, target: 0, ...(at && { at }), ...options }),
            /a disposed tensor of shape \[4,5\].*inputs, baselines/,
          );
        }
        toy.dispose();
      });
    }

    test('as the input before the call, or at the end of the tidy() of the call, is an error', async () => {
      const toy = denseToy();
      const x = random([4, 5]);
      x.dispose();
      await expectFailure(() => attribute(toy.model, x, { method: gradient(), target: 0 }), 'inputs', /disposed/);
      await expectFailure(
        () => {
          let call: Promise<unknown> | undefined;
          tf.tidy(() => {
            call = attribute(toy.model, random([4, 5]), { method: gradient(), target: 0 });
          });
          return call as Promise<unknown>; // made just above
        },
        'inputs',
        /disposed/,
      );
      toy.dispose();
    });

    test('as a baseline before it is taken is an error, and harmless afterwards', async () => {
      const toy = denseToy();
      const x = random([2, 5]);
      const options = { method: pathMean(), target: 0 };
      const early = random([1, 5], 2);
      await expectFailureAt(early, () => attribute(toy.model, x, { ...options, baseline: early }));
      const whole = await attribute(toy.model, x, { ...options, baseline: random([1, 5], 2) });
      const late = random([1, 5], 2);
      const why = await attribute(toy.model, x, { ...options, baseline: late, ...afterFirst(() => late.dispose()) });
      expect((await values(why.values)).map((v) => v.toFixed(4))).toEqual(
        (await values(whole.values)).map((v) => v.toFixed(4)),
      );
      for (const each of [why, whole]) each.dispose();
      toy.dispose();
    });

    test('as what a target function uses is an error', async () => {
      const toy = denseToy();
      const x = random([3, 5]);
      const [labels, scale] = [random([3]), random([1])];
      const taking: AttributeOptions['target'] = ([y], rows) => tf.mul(tf.sum(y as tf.Tensor, 1), rows.take(labels));
      await expectFailureAfter(
        () => labels.dispose(),
        (options) => attribute(toy.model, x, { method: pathMean(), target: taking, ...options }),
        /a disposed tensor of shape \[3\]/,
      );
      const scaling: AttributeOptions['target'] = ([y]) => tf.mul(tf.sum(y as tf.Tensor, 1), scale);
      await expectFailureAfter(
        () => scale.dispose(),
        (options) => attribute(toy.model, x, { method: pathMean(), target: scaling, ...options }),
        /a disposed tensor as input "b" of kernel Multiply/,
      );
      toy.dispose();
    });
  });
}

type More = Pick<AttributeOptions, 'onProgress' | 'batchSize'>;

/** A call that must fail once `act` was done in its midst; what `act` frees itself is not counted. */
async function expectFailureAfter(act: () => void, call: (more: More) => Promise<unknown>, ...parts: RegExp[]) {
  const { numTensors } = tf.memory();
  let freed = 0;
  const counting = () => {
    const before = tf.memory().numTensors;
    act();
    freed = before - tf.memory().numTensors;
  };
  const error: unknown = await call(afterFirst(counting)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'AttributionError', code: expect.stringMatching(/^(model|inputs)$/) });
  for (const part of parts) expect((error as Error).message).toMatch(part);
  expect(freed).toBeGreaterThan(0);
  expect(tf.memory().numTensors).toBe(numTensors - freed);
  await leavesNothing(() => Promise.resolve());
}

/** A call that must fail as its baseline is disposed while the target is settled. */
async function expectFailureAt(baseline: tf.Tensor, call: () => Promise<unknown>) {
  const pending = call().catch((reason: unknown) => reason);
  baseline.dispose();
  expect(await pending).toMatchObject({ code: 'baseline', message: expect.stringContaining('disposed') });
}
