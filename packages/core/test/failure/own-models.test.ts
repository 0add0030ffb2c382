import * as tf from '@tensorflow/tfjs-core';
import { backendsHere, openBackend } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AttributeOptions, attribute, layer, neuron, tap } from '../../src/index';
import { activation, elementAblation, gradient, pathMean, smooth } from '../methods';
import { random } from '../tensors';
import { expectFailure, failure, leavesNothing } from './clean';

const moment = () => new Promise((resolve) => setTimeout(resolve, 1));
const network = (x: tf.Tensor) => tf.square(tap('hidden', tf.tanh(x)));
const methods: Record<string, AttributeOptions> = {
  'a gradient': { method: gradient() },
  'a path': { method: pathMean(), target: 0 },
  'an ablation at a layer': { method: elementAblation(), target: 0, at: layer('hidden') },
  'an expansion': { method: smooth(gradient()), target: 0 },
  'an activation': { method: activation(), at: layer('hidden') },
};
/** Counts how often something runs in a call that goes well. */
async function countRuns(options: AttributeOptions, model: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): Promise<number> {
  let runs = 0;
  const counting = (x: tf.Tensor) => {
    runs++;
    return model(x);
  };
  (await attribute(counting, x, options)).dispose();
  return runs;
}

for (const backend of backendsHere) {
  describe(`on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    for (const [name, each] of Object.entries(methods)) {
      test(`a model that throws or rejects at any of its runs gives its own error from ${name}`, async () => {
        const x = random([3, 3]);
        const options = { ...each, batchSize: 2 };
        const runs = await countRuns(options, network, x);
        expect(runs).toBeGreaterThan(1);
        for (let last = 1; last <= runs; last++) {
          for (const asynchronous of [false, true]) {
            const reason = new Error(`at run ${last}`);
            let run = 0;
            const breaking = (x: tf.Tensor): tf.Tensor => {
              const y = tf.tidy(() => network(x));
              if (++run < last) return y;
              y.dispose();
              throw reason;
            };
            const model = asynchronous ? (x: tf.Tensor) => moment().then(() => breaking(x)) : breaking;
            expect(await failure(() => attribute(model, x, options))).toBe(reason);
          }
        }
      });
    }

    const answers: Record<string, [unknown, RegExp]> = {
      undefined: [undefined, /undefined as output 0 from the model/],
      null: [null, /null as output 0 from the model/],
      'a number': [NaN, /number as output 0 from the model/],
      numbers: [[1, 2], /number as output 0 from the model/],
      'a record of none': [{ y: undefined }, /undefined as output 0 from the model/],
      nothing: [[], /no output from the model/],
      'a function': [() => undefined, /function as output 0 from the model/],
      'an array of values': [Float32Array.of(1, 2), /number as output 0 from the model/],
    };
    for (const [name, [answer, words]] of Object.entries(answers)) {
      test(`a model that returns ${name} is an error`, async () => {
        const x = random([2, 3]);
        for (const model of [() => answer, async () => answer] as (() => tf.Tensor)[]) {
          for (const options of [{ method: gradient() }, { method: pathMean(), target: 0 }]) {
            await expectFailure(() => attribute(model, x, options), 'model', words, /Return what is explained/);
          }
        }
      });
    }

    test('a model that returns what it has disposed is an error', async () => {
      const x = random([2, 3]);
      const model = (x: tf.Tensor) => {
        const y = tf.square(x);
        y.dispose();
        return y;
      };
      await expectFailure(() => attribute(model, x, { method: gradient() }), 'model', /a disposed tensor as output 0/);
    });

    test('an asynchronous model may return tensors that no operation made, which are freed after each run', async () => {
      const x = random([3, 3]);
      const remote = async (x: tf.Tensor) => {
        const data = await x.data();
        return tf.tensor(data, x.shape);
      };
      const kept = tf.keep(tf.ones([1, 3]));
      const constant = async (x: tf.Tensor) => (x.shape[0] === 1 ? kept : tf.ones(x.shape));
      for (const model of [remote, constant, async (x: tf.Tensor) => x]) {
        await leavesNothing(async () => {
          (await attribute(model, x, { method: elementAblation(), target: 0, batchSize: 1 })).dispose();
        });
      }
      expect(kept.isDisposed).toBe(false);
      kept.dispose();
    });

    test('a model that returns other rows than it was given is an error', async () => {
      const x = random([4, 3]);
      const models = {
        none: (x: tf.Tensor) => tf.sum(x),
        one: (x: tf.Tensor) => tf.sum(x, 0, true),
        'too many': (x: tf.Tensor) => tf.concat([x, x], 0),
        transposed: (x: tf.Tensor) => tf.transpose(tf.concat([x, x], 1)),
      };
      for (const model of Object.values(models)) {
        for (const options of [
          { method: gradient(), batchSize: 2 },
          { method: gradient(), target: 0 },
          { method: pathMean(), target: -1 },
        ]) {
          await expectFailure(
            () => attribute(model, x, { ...options, batchSize: 2 }),
            'target',
            /an output of shape \[[\d,]*\] for \d rows/,
          );
        }
      }
    });

    test('a layer with other rows than the inputs is an error', async () => {
      const x = random([4, 3]);
      const model = (x: tf.Tensor) => tf.reshape(tap('folded', tf.reshape(x, [-1, 1])), x.shape);
      const [target, at] = [0, layer('folded')];
      for (const options of [
        { method: gradient(), target, at },
        { method: activation(), at },
        { method: gradient(), target: neuron(at, 0) },
      ]) {
        await expectFailure(
          () => attribute(model, x, options),
          'site',
          /shape \[\d+,1\] at layer "folded" for \d+ rows|shape \[3,1\] for 1 rows at layer "folded"/,
        );
      }
    });

    test('a model whose answer changes its shape between batches is an error', async () => {
      const x = random([4, 3]);
      let run = 0;
      const growing = (x: tf.Tensor) => tf.concat([x, tf.zeros([x.shape[0] ?? 1, run++ % 4])], 1);
      await expectFailure(
        () => attribute(growing, x, { method: gradient(), batchSize: 1 }),
        'model',
        /an output of shape \[1,\d\] after one of \[1,3\]/,
      );
      run = 0;
      const layers = (x: tf.Tensor) => tf.sum(tap('growing', growing(x)), 1, true);
      const at = layer('growing');
      for (const options of [
        { method: gradient(), target: 0, at },
        { method: activation(), at },
      ]) {
        await expectFailure(
          () => attribute(layers, x, { ...options, batchSize: 1 }),
          'site',
          /rows of shape \[\d\] at layer "growing"; expected \[\d\], as before/,
        );
      }
    });

    test('a target that throws gives its own error', async () => {
      const x = random([3, 3]);
      const reason = new Error('no such label');
      const throwing = () => {
        throw reason;
      };
      for (const target of [throwing, neuron(layer('hidden'), throwing)]) {
        for (const method of [gradient(), pathMean(), elementAblation(), smooth(gradient())]) {
          expect(await failure(() => attribute(network, x, { method, target }))).toBe(reason);
        }
      }
    });

    const scores: Record<string, [(y: tf.Tensor) => unknown, RegExp]> = {
      'all of the outputs': [(y) => y, /float32 of shape \[\d,3\] from the target function/],
      'one number for all': [(y) => tf.sum(y), /float32 of shape \[\] from the target function/],
      'a number': [() => 1, /a number from the target function/],
      nothing: [() => undefined, /undefined from the target function/],
      'a promise': [async () => 1, /a promise from the target function/],
      integers: [(y) => tf.argMax(y, 1), /int32 of shape \[\d\] from the target function/],
    };
    for (const [name, [score, words]] of Object.entries(scores)) {
      test(`a target that gives ${name} is an error`, async () => {
        const x = random([3, 3]);
        const target = (([y]: readonly tf.Tensor[]) => score(y as tf.Tensor)) as () => tf.Tensor;
        for (const model of [network, async (x: tf.Tensor) => tf.tidy(() => network(x))]) {
          await expectFailure(() => attribute(model, x, { method: gradient(), target, batchSize: 2 }), 'target', words);
        }
      });
    }

    test('a progress report that throws, at any batch, gives its own error', async () => {
      const x = random([3, 3]);
      for (const each of Object.values(methods)) {
        const options = { ...each, batchSize: 2 };
        let batches = 0;
        (await attribute(network, x, { ...options, onProgress: () => void batches++ })).dispose();
        for (let last = 1; last <= batches; last++) {
          const reason = new Error(`batch ${last}`);
          let batch = 0;
          const onProgress = () => {
            if (++batch === last) throw reason;
          };
          expect(await failure(() => attribute(network, x, { ...options, onProgress }))).toBe(reason);
        }
      }
    });

    test('a model that runs well after it failed once goes on as if nothing had been', async () => {
      const x = random([3, 3]);
      let runs = 0;
      const model = (x: tf.Tensor) => {
        if (runs++ === 1) throw new Error('once');
        return network(x);
      };
      await failure(() => attribute(model, x, { method: pathMean(), target: 0, batchSize: 1 }));
      await leavesNothing(async () => (await attribute(model, x, { method: pathMean(), target: 0 })).dispose());
    });
  });
}
