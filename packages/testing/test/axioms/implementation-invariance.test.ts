import * as tf from '@tensorflow/tfjs-core';
import { deepLift } from '@vitrum/gradient-methods';
import { expect, test } from 'vitest';
import { seeded } from '../../src';
import { describeAxiom } from './axiom';
import { around, distance, explain, type Model } from './explain';

const one: Model = (x) => tf.add(tf.exp(tf.neg(x)), 1);
const shifted: Model = (x) => tf.add(tf.square(x), 0.5);
const written: Readonly<Record<string, readonly Model[]>> = {
  'a ReLU': [
    tf.relu,
    (x) => tf.maximum(x, 0),
    (x) => tf.where(tf.greater(x, 0), x, tf.zerosLike(x)),
    (x) => tf.mul(x, tf.step(x)),
    (x) => tf.div(tf.add(x, tf.abs(x)), 2),
  ],
  'a swish': [(x) => tf.mul(x, tf.sigmoid(x)), (x) => tf.div(x, one(x)), (x) => tf.mul(tf.reciprocal(one(x)), x)],
  'a tanh': [
    tf.tanh,
    (x) => tf.sub(tf.mul(2, tf.sigmoid(tf.mul(2, x))), 1),
    (x) => tf.div(tf.sub(1, tf.exp(tf.mul(-2, x))), one(tf.mul(2, x))),
  ],
  'a softplus': [tf.softplus, (x) => tf.log1p(tf.exp(x)), (x) => tf.neg(tf.log(tf.sigmoid(tf.neg(x))))],
  'a cube': [(x) => tf.pow(x, 3), (x) => tf.mul(x, tf.square(x)), (x) => tf.mul(tf.mul(x, x), x)],
  'a root': [
    (x) => tf.sqrt(shifted(x)),
    (x) => tf.pow(shifted(x), 0.5),
    (x) => tf.reciprocal(tf.rsqrt(shifted(x))),
    (x) => tf.exp(tf.mul(0.5, tf.log(shifted(x)))),
  ],
};
const rules = 'its rule is for the operation, not for what it computes';

for (const [name, ways] of Object.entries(written)) {
  describeAxiom(`implementation invariance: the values are the same however ${name} is written`, {
    async misses(method, seed) {
      const rows = await Promise.all(ways.map((f) => explain(method, around(f, seed), { seed })));
      return Math.max(...rows.map((row) => distance(row, rows[0] ?? [])));
    },
    runs: 3,
    but: {
      ...(name === 'a tanh' && { lrp: 'terms and factors share out what a function of one variable passes on' }),
      ...(name === 'a ReLU' && { deconvolution: rules, guidedBackprop: rules, guidedGradCam: rules }),
      'deepLift by reveal-cancel': 'what raises and what lowers goes by the terms of each operation',
    },
  });
}

test('a function of several variables, as a softmax by exp and sum, DeepLIFT shares out otherwise', async () => {
  const byParts: Model = (x) => tf.div(tf.exp(x), tf.sum(tf.exp(x), 1, true));
  const asked = { seed: 3, x: tf.mul(seeded(3, [1, 4]), 3) };
  const [whole, parts] = [await explain(deepLift(), tf.softmax, asked), await explain(deepLift(), byParts, asked)];
  const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  expect(total(whole)).toBeCloseTo(total(parts), 5);
  expect(distance(parts, whole)).toBeGreaterThan(1e-3);
});
