import * as tf from '@tensorflow/tfjs-core';
import { openBackend } from '@vitrum/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Attribution, asIs, attribute, defineMethod, type RuleSet, sum } from '../../src/index';
import { gradient, pathMean } from '../methods';
import { distance, random, values } from '../tensors';
import { expectFailure, leavesNothing } from './clean';

const moment = () => new Promise((resolve) => setTimeout(resolve, 0));
const inner = (x: tf.Tensor) => tf.square(x);
const asynchronousInner = async (x: tf.Tensor) => {
  await moment();
  return tf.square(x);
};
const squares = async (why: Attribution<tf.Tensor>, x: tf.Tensor) => {
  const expected = (await values(x)).map((v, i) => (i % 3 === 0 ? 2 * v : 0));
  expect(await distance(why.values, expected)).toBe(0);
  why.dispose();
};

describe('attribute() in the midst of another call', () => {
  beforeAll(() => openBackend('cpu'));

  for (const innerModel of [inner, asynchronousInner]) {
    const how = innerModel === inner ? 'at once' : 'with pauses';

    test(`in a progress report works, for a model that answers ${how}`, async () => {
      const x = random([3, 3]);
      await leavesNothing(async () => {
        const nested: Promise<Attribution<tf.Tensor>>[] = [];
        const onProgress = () => void nested.push(attribute(innerModel, x, { method: gradient(), target: 0 }));
        const why = await attribute(inner, x, { method: pathMean(), target: 0, batchSize: 2, onProgress });
        why.dispose();
        expect(nested.length).toBeGreaterThan(1);
        for (const each of nested) await squares(await each, x);
      });
    });

    test(`in a method works, for a model that answers ${how}`, async () => {
      const x = random([3, 3]);
      const nesting = defineMethod('nesting', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
        const { mean } = await probe.run({ points: asIs(), grad: ['inputs'] }, sum());
        tf.dispose(mean.flat() as tf.Tensor[]);
        const why = await attribute(innerModel, probe.inputs[0] as tf.Tensor, { method: gradient(), target: 0 });
        return [why.values];
      });
      await leavesNothing(async () => squares(await attribute(inner, x, { method: nesting(), target: 0 }), x));
    });

    test(`in a model, target or rule that does not wait works afterwards, for a model that answers ${how}`, async () => {
      const x = random([3, 3]);
      await leavesNothing(async () => {
        const nested: Promise<Attribution<tf.Tensor>>[] = [];
        const nest = () => void nested.push(attribute(innerModel, x, { method: gradient(), target: 0 }));
        const model = (x: tf.Tensor) => {
          nest();
          return tf.sin(x);
        };
        const target = ([y]: readonly tf.Tensor[]) => {
          nest();
          return tf.sum(y as tf.Tensor, 1);
        };
        const rules: RuleSet = {
          seed: 'one',
          unfuse: false,
          rule() {
            nest();
            return undefined;
          },
        };
        const method = defineMethod('ruled', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
          const { mean } = await probe.run({ points: asIs(), grad: ['inputs'], rules }, sum());
          return mean.flat();
        });
        (await attribute(model, x, { method: method(), target })).dispose();
        expect(nested.length).toBeGreaterThan(3);
        for (const each of nested) await squares(await each, x);
      });
    });

    test(`in a model that waits for it is an error at once, for a model that answers ${how}`, async () => {
      const x = random([3, 3]);
      const waiting = async (x: tf.Tensor) => {
        const why = await attribute(innerModel, x, { method: gradient(), target: 0 });
        return why.values;
      };
      await expectFailure(
        () => attribute(waiting, x, { method: gradient(), target: 0 }),
        'reentrant',
        /an attribution called inside a model/,
        /before or after the model, not in it/,
      );
    });

    describe('in a model that waits for it after a pause', () => {
      beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
      afterEach(() => void vi.useRealTimers());

      test(`is an error after half a minute without a kernel, for a model that answers ${how}`, async () => {
        const x = random([3, 3]);
        const waiting = async (x: tf.Tensor) => {
          await undefined;
          const why = await attribute(innerModel, x, { method: gradient(), target: 0 });
          return why.values;
        };
        const { numTensors } = tf.memory();
        const call = expect(attribute(waiting, x, { method: gradient(), target: 0 })).rejects.toThrow(
          expect.objectContaining({
            code: 'reentrant',
            message: expect.stringMatching(/has done nothing for 30 seconds.*not in it/),
          }),
        );
        await vi.advanceTimersByTimeAsync(40_000);
        await call;
        expect(tf.memory().numTensors).toBe(numTensors);
        vi.useRealTimers();
        await leavesNothing(() => Promise.resolve());
      });
    });
  }

  test('in a model that catches the error goes on without it', async () => {
    const x = random([3, 3]);
    const trying = async (x: tf.Tensor) => {
      await attribute(inner, x, { method: gradient(), target: 0 }).catch(() => undefined);
      return tf.square(x);
    };
    await leavesNothing(async () => squares(await attribute(trying, x, { method: gradient(), target: 0 }), x));
  });

  test('with tensors of the model’s own that are gone by its turn is an error that says so', async () => {
    const x = random([3, 3]);
    const late: Promise<unknown>[] = [];
    const model = (x: tf.Tensor) => {
      const mine = tf.sin(x);
      late.push(attribute(inner, mine, { method: gradient(), target: 0 }).catch((error: unknown) => error));
      return tf.square(mine);
    };
    await leavesNothing(async () => {
      (await attribute(model, x, { method: gradient(), target: 0 })).dispose();
      for (const error of await Promise.all(late)) {
        expect(error).toMatchObject({ code: 'inputs', message: expect.stringContaining('disposed') });
      }
    });
  });
});
