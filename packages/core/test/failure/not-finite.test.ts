import * as tf from '@tensorflow/tfjs';
import { backendsHere, openBackend } from '@vitrum/testing';
import { graph } from '@vitrum/testing/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AttributeOptions,
  asIs,
  attribute,
  defineMethod,
  layer,
  type Probe,
  type RuleSet,
  sum,
  tap,
} from '../../src/index';
import { activation, elementAblation, gradient, pathMean, smooth } from '../methods';
import { values } from '../tensors';
import { expectFailure } from './clean';

const traits = { uses: [], deterministic: true, rowwise: true } as const;
const weight = (value: number) => tf.tidy(() => tf.keep(tf.tensor2d([[1, value]])));

for (const backend of backendsHere) {
  describe(`a number that is not finite on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    const hidden = (x: tf.Tensor) => tap('hidden', tf.mul(x, 1));
    const methods: Record<string, AttributeOptions> = {
      'a gradient': { method: gradient(), target: 1 },
      'a path': { method: pathMean(), target: 1 },
      'an ablation': { method: elementAblation(), target: 1 },
      'an expansion': { method: smooth(gradient(), { noise: 0 }), target: 1 },
      'the predicted class': { method: gradient() },
      'the last class': { method: gradient(), target: -1 },
    };
    for (const [name, options] of Object.entries(methods)) {
      test(`in the input is found there by ${name}`, async () => {
        const x = tf.tensor2d([
          [1, 1],
          [2, Number.NaN],
        ]);
        await expectFailure(
          () => attribute(hidden, x, options),
          'not-finite',
          /NaN (as the score|in an output) of example 1, with NaN in input "0"/,
        );
      });

      test(`that the model makes is found with its operation by ${name}`, async () => {
        const x = tf.tensor2d([
          [1, 1],
          [2, -1],
        ]);
        await expectFailure(
          () => attribute((x: tf.Tensor) => tf.add(tf.log(hidden(x)), 1), x, options),
          'not-finite',
          /NaN (as the score|in an output) of example \d, first given by operation \d+ of the model, kernel Log, behind tap "hidden"/,
        );
      });
    }

    test('is infinite where that is what came first', async () => {
      const x = tf.tensor2d([[1, 200]]);
      const call = () => attribute((x: tf.Tensor) => tf.neg(tf.exp(x)), x, { method: gradient(), target: 1 });
      await expectFailure(call, 'not-finite', /-Infinity as the score of example 0/, /kernel Exp;/);
    });

    test('that comes of infinities says which operation brought those', async () => {
      const x = tf.tensor2d([[1, 200]]);
      const model = (x: tf.Tensor) => tf.sub(tf.exp(x), tf.exp(x));
      const call = () => attribute(model, x, { method: gradient(), target: 1 });
      await expectFailure(
        call,
        'not-finite',
        /kernel Sub;/,
        /Its input "a" holds Infinity, .* operation \d+, kernel Exp/,
      );
    });

    test('of 0 / 0 is found, however large the numbers before it', async () => {
      const x = tf.tensor2d([[1, 0]]);
      const call = () => attribute((x: tf.Tensor) => tf.div(x, tf.mul(x, 3)), x, { method: gradient(), target: 1 });
      await expectFailure(call, 'not-finite', /kernel RealDiv;/, /no division by 0/);
    });

    test('in a weight is found at the operation that takes it, or that makes it', async () => {
      const x = tf.tensor2d([[1, 2]]);
      const [bad, negative] = [weight(Number.NaN), weight(-1)];
      await expectFailure(
        () => attribute((x: tf.Tensor) => tf.mul(x, bad), x, { method: gradient(), target: 1 }),
        'not-finite',
        /kernel Multiply;/,
        /Its input "b" holds NaN already: look at the weights/,
      );
      await expectFailure(
        () => attribute((x: tf.Tensor) => tf.mul(x, tf.sqrt(negative)), x, { method: gradient(), target: 1 }),
        'not-finite',
        /kernel Sqrt;/,
      );
      tf.dispose([bad, negative]);
    });

    test('in the baseline is found among the points', async () => {
      const x = tf.tensor2d([[1, 1]]);
      const options = { method: pathMean(), target: 1, baseline: tf.tensor2d([[0, Number.NaN]]) };
      await expectFailure(
        () => attribute(hidden, x, options),
        'not-finite',
        /NaN in input "0"/,
        /look at the inputs, the baseline/,
      );
    });

    test('is found in the layer of a LayersModel and the node of a GraphModel', async () => {
      class Log extends tf.layers.Layer {
        static className = `Log on ${backend}`;
        override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
          return tf.log((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor); // it takes one
        }
        override computeOutputShape(shape: tf.Shape): tf.Shape {
          return shape;
        }
      }
      const x = tf.tensor2d([[1, -2]]);
      const layers = tf.sequential({
        layers: [
          tf.layers.activation({ activation: 'linear', inputShape: [2], name: 'first' }),
          new Log({ name: 'logarithm' }),
          tf.layers.activation({ activation: 'tanh', name: 'last' }),
        ],
      });
      await expectFailure(
        () => attribute(layers, x, { method: gradient(), target: 1 }),
        'not-finite',
        /kernel Log, in layer "logarithm"/,
      );
      const g = graph();
      g.input('x', [-1, 2]);
      g.node('doubled', 'AddV2', ['x', 'x']);
      g.node('logarithm', 'Log', ['doubled']);
      g.node('y', 'Neg', ['logarithm']);
      const model = await g.load({ y: 'y' });
      await expectFailure(
        () => attribute(model, x, { method: gradient(), target: 1 }),
        'not-finite',
        /kernel Log, in node "logarithm"/,
      );
      layers.dispose();
      model.dispose();
    });

    test('in the target is said to lie there', async () => {
      const target = ([y]: readonly tf.Tensor[]) => tf.sum(tf.log(tf.neg(y as tf.Tensor)), 1);
      const x = tf.tensor2d([[1, 1]]);
      const call = () => attribute(hidden, x, { method: gradient(), target });
      await expectFailure(call, 'not-finite', /kernel Log, in the target/);
    });

    test('at a layer that is only looked at is found', async () => {
      const model = (x: tf.Tensor) => tf.add(tap('rooted', tf.sqrt(x)), 1);
      const x = tf.tensor2d([[1, -1]]);
      const call = () => attribute(model, x, { method: activation(), at: layer('rooted') });
      await expectFailure(call, 'not-finite', /kernel Sqrt/);
    });

    describe('only on the way back is found with its operation', () => {
      const roots: Record<string, [RegExp, (x: tf.Tensor) => tf.Tensor]> = {
        'a root at 0': [/kernel Sqrt, behind tap "hidden"/, (x) => tf.sqrt(x)],
        'a norm at 0': [
          /kernel Sqrt, behind tap "hidden"/,
          (x) => tf.norm(tf.mul(x, tf.tensor2d([[0, 1]])), 2, 1, true),
        ],
        'a root that is masked': [
          /kernel Sqrt, behind tap "hidden"/,
          (x) => tf.where(tf.greater(x, 0), tf.sqrt(x), tf.zerosLike(x)),
        ],
        'a power below 1': [/kernel Pow, behind tap "hidden"/, (x) => tf.pow(x, 0.5)],
      };
      for (const [name, [words, root]] of Object.entries(roots)) {
        test(name, async () => {
          const x = tf.tensor2d([[3, 0]]);
          const target = ([y]: readonly tf.Tensor[]) => tf.sum(y as tf.Tensor, 1);
          const model = (x: tf.Tensor) => tf.square(tf.add(root(hidden(x)), 1));
          for (const method of [gradient(), smooth(gradient(), { noise: 0 })]) {
            await expectFailure(
              () => attribute(model, x, { method, target }),
              'not-finite',
              /a gradient that is not finite, walking back first from operation \d+ of the model/,
              words,
            );
          }
        });
      }

      test('a path that ends there', async () => {
        const options = { method: pathMean([0.5, 1]), target: 0, baseline: 1 };
        const x = tf.tensor2d([[0, 0]]);
        const call = () => attribute((x: tf.Tensor) => tf.sqrt(x), x, options);
        await expectFailure(call, 'not-finite', /kernel Sqrt/);
      });

      test('a rule of somebody’s own', async () => {
        const rules: RuleSet = {
          seed: 'one',
          unfuse: false,
          rule: ({ kernel }) => (kernel === 'Sin' ? (_, [dy]) => [tf.div(dy as tf.Tensor, 0)] : undefined),
        };
        const method = defineMethod('ruled', traits, () => async (probe: Probe) => {
          const { mean } = await probe.run({ points: asIs(), grad: ['inputs'], rules }, sum());
          return mean.flat();
        });
        const x = tf.tensor2d([[1, 2]]);
        const call = () => attribute((x: tf.Tensor) => tf.sin(x), x, { method: method(), target: 0 });
        await expectFailure(call, 'not-finite', /kernel Sin/);
      });
    });

    test('that a method makes by itself is its own', async () => {
      const method = defineMethod('dividing', traits, () => async (probe) => [
        tf.tidy(() => tf.div(tf.zerosLike(probe.inputs[0] as tf.Tensor), 0)),
      ]);
      const x = tf.tensor2d([[1, 2]]);
      const call = () => attribute(hidden, x, { method: method(), target: 0 });
      await expectFailure(call, 'not-finite', /NaN among the values of dividing, though/);
    });

    test('that the model masks is none', async () => {
      const masked = (x: tf.Tensor) => tf.softmax(tf.add(x, tf.tensor2d([[0, Number.NEGATIVE_INFINITY]])));
      const why = await attribute(masked, tf.tensor2d([[1, 2]]), { method: gradient(), target: 0 });
      expect(await values(why.values)).toEqual([0, 0]);
      why.dispose();
    });

    test('costs nothing to look for where there is none', async () => {
      let runs = 0;
      const model = (x: tf.Tensor) => {
        runs++;
        return hidden(x);
      };
      const why = await attribute(model, tf.tensor2d([[1, 2]]), { method: gradient(), target: 1 });
      expect(runs).toBe(1);
      expect(why.cost).toMatchObject({ forward: 1, backward: 1 });
      why.dispose();
    });
  });
}
