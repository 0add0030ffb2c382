import * as tf from '@tensorflow/tfjs-core';
import { backendsHere, openBackend } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AttributionMethod,
  asIs,
  attribute,
  defineMethod,
  layer,
  type MethodResult,
  made,
  type Rule,
  sum,
  tap,
} from '../../src/index';
import { random } from '../tensors';
import { expectFailure, failure } from './clean';

const traits = { uses: ['baseline'], deterministic: true, rowwise: true } as const;
const network = (x: tf.Tensor) => tf.square(tap('hidden', tf.tanh(x)));

for (const backend of backendsHere) {
  describe(`on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    const signals: Record<string, [Rule, RegExp]> = {
      'one signal too few': [(_, [dy]) => [dy], /1 signals .* kernel Multiply.*; expected 2, one for each input: a, b/],
      'one too many': [(_, [dy]) => [dy, dy, dy], /3 signals/],
      'another shape': [
        (_, [dy]) => [dy, tf.sum(dy as tf.Tensor)],
        /a signal of shape \[\].*the shape \[\d,3\] of its input "b"/,
      ],
      numbers: [(() => [1, 2]) as unknown as Rule, /number as a signal/],
      nothing: [(() => undefined) as unknown as Rule, /undefined from the backward rule/],
      'what it disposed': [
        (_, [dy]) => {
          const y = tf.mul(dy as tf.Tensor, 2);
          y.dispose();
          return [y, y];
        },
        /a disposed tensor as a signal/,
      ],
      'an error': [
        () => {
          throw new Error('no idea');
        },
        /"no idea" from the backward rule/,
      ],
    };
    for (const [name, [rule, words]] of Object.entries(signals)) {
      test(`a rule that gives ${name} is an error that names its operation`, async () => {
        const x = random([3, 3]);
        const product = (x: tf.Tensor) => tf.mul(tap('hidden', tf.sin(x)), tf.cos(x));
        const rules = {
          seed: 'one',
          unfuse: false,
          rule: ({ kernel }: { kernel: string }) => (kernel === 'Multiply' ? rule : undefined),
        } as const;
        const method = defineMethod('ruled', traits, () => async (probe) => {
          const { mean } = await probe.run({ points: asIs(), grad: ['inputs'], rules }, sum());
          return mean.flat();
        });
        const call = () => attribute(product, x, { method: method(), target: 0 });
        await expectFailure(
          call,
          'gradient',
          words,
          /operation \d+ of the model, kernel Multiply, behind tap "hidden"/,
        );
      });
    }

    const results: Record<string, [(x: tf.Tensor) => unknown, RegExp]> = {
      nothing: [() => undefined, /undefined from the method odd/],
      'a tensor by itself': [(x) => tf.mul(x, 1), /object from the method odd/],
      'no tensors': [() => [], /0 tensors as values from the method odd; expected 1/],
      'too many': [(x) => [tf.mul(x, 1), tf.mul(x, 1)], /2 tensors as values/],
      numbers: [() => [1], /number among its values/],
      'values of nothing': [() => ({ values: undefined }), /undefined as values/],
      'another shape': [(x) => [tf.sum(x, 1)], /shape \[3\] among its values .*expected \[3,3\]/],
      'what it disposed': [
        (x) => {
          const y = tf.mul(x, 1);
          y.dispose();
          return [y];
        },
        /a disposed tensor among its values/,
      ],
      'an odd standard error': [
        (x) => ({ values: [tf.mul(x, 1)], standardError: [tf.sum(x)] }),
        /shape \[\] among its standardError/,
      ],
    };
    for (const [name, [give, words]] of Object.entries(results)) {
      test(`a method that gives ${name} is an error`, async () => {
        const x = random([3, 3]);
        const give_ = give as (x: tf.Tensor) => MethodResult;
        const odd = defineMethod('odd', traits, () => async (probe) => give_(probe.inputs[0] as tf.Tensor));
        await expectFailure(() => attribute(network, x, { method: odd(), target: 0 }), 'method', words);
      });
    }

    test('a method that gives what it only borrowed is an error, and that stays whole', async () => {
      const x = random([3, 3]);
      const lent: Parameters<typeof defineMethod>[2][] = [
        () => async (probe) => probe.inputs,
        () => async (probe) => probe.baseline,
        () => async (probe) => probe.x(),
        () => async (probe) => probe.reference(),
      ];
      for (const make of lent) {
        const method = defineMethod('borrowing', traits, make)();
        for (const at of [undefined, layer('hidden')]) {
          const call = () => attribute(network, x, { method, target: 0, ...(at && { at }) });
          await expectFailure(call, 'method', /a borrowed tensor among its values/, /tf\.clone\(\)/);
        }
      }
      expect(x.isDisposed).toBe(false);
    });

    test('a method that throws half way, alone or with others in step, gives its own error', async () => {
      const x = random([3, 3]);
      const reason = new Error('half way');
      const places = ['before', 'after', 'in an expansion', 'in a fold', 'in a draw', 'in a point'] as const;
      for (const place of places) {
        const method = halting(place, reason);
        for (const at of [undefined, layer('hidden'), [layer('hidden'), layer('hidden', { side: 'output' })]]) {
          const call = () => attribute(network, x, { method, target: 0, batchSize: 2, ...(at && { at: at as never }) });
          expect(await failure(call), `${place} ${at}`).toBe(reason);
        }
      }
    });
  });
}

/** A method that throws in some place, when it has got hold of as much as it can there. */
function halting(place: string, reason: Error): AttributionMethod {
  const halt = (here: string): void => {
    if (here === place) throw reason;
  };
  return defineMethod('halting', traits, () => async (probe) => {
    halt('before');
    await probe.x();
    await probe.reference();
    const fold = { step: () => halt('in a fold'), result: () => undefined };
    await probe.run({ points: asIs(), read: ['inputs'] }, fold);
    const points = made(2, (tensors) => {
      halt('in a point');
      return [...tensors];
    });
    await probe.run({ points }, fold);
    const draw = (rows: { take(tensor: tf.Tensor): tf.Tensor }) => {
      halt('in a draw');
      return { inputs: probe.inputs.map((input) => rows.take(input)) };
    };
    for await (const child of probe.expand(2, draw)) {
      await child.x();
      halt('in an expansion');
    }
    const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
    try {
      halt('after');
    } catch (error) {
      tf.dispose(mean.flat() as tf.Tensor[]);
      throw error;
    }
    return mean.flat();
  })();
}
