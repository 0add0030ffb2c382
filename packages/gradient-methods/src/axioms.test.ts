import * as tf from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute, distribution, type Target } from '@vitrum/core';
import { openBackend, seeded } from '@vitrum/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { deconvolution } from './deconvolution';
import { deepLift } from './deep-lift/deep-lift';
import { deepLiftShap } from './deep-lift/deep-lift-shap';
import { gradient } from './gradient';
import { gradientShap } from './gradient-shap';
import { guidedBackprop } from './guided-backprop';
import { inputXGradient } from './input-x-gradient';
import { integratedGradients } from './integrated-gradients';

beforeAll(() => openBackend('cpu'));

const complete = {
  deepLift: deepLift(),
  'deepLift by reveal-cancel': deepLift({ rule: 'reveal-cancel' }),
  deepLiftShap: deepLiftShap(),
  integratedGradients: integratedGradients({ steps: 64 }),
};
const ofGradients = {
  gradient: gradient(),
  inputXGradient: inputXGradient(),
  integratedGradients: integratedGradients({ steps: 8 }),
};
const linear = { ...complete, ...ofGradients, gradientShap: gradientShap({ samples: 3 }) };
const rectified = { guidedBackprop: guidedBackprop(), deconvolution: deconvolution() };

type Model = (x: tf.Tensor) => tf.Tensor;
interface Asked {
  readonly seed: number;
  readonly target?: Target;
  /** Of the inputs, four in a row. @defaultValue drawn */
  readonly x?: tf.Tensor;
  readonly baseline?: tf.Tensor;
}

/** One row of values, and by how much their sum misses S(x) − S(x′). */
async function explain(
  method: AttributionMethod,
  model: Model,
  asked: Asked,
): Promise<{ values: number[]; delta: number }> {
  const { seed, target = 0, x = seeded(seed, [1, 4]), baseline = seeded(seed + 1, [1, 4]) } = asked;
  const against = method.distribution ? distribution(tf.concat([baseline, tf.neg(baseline)], 0)) : baseline;
  const why = await attribute(model, x, {
    method,
    target,
    ...(method.uses.includes('baseline') && { baseline: against }),
  });
  const values = [...(await why.values.data())];
  why.dispose();
  return { values, delta: why.convergenceDelta?.[0] ?? Number.NaN };
}

const close = (got: readonly number[], expected: readonly number[], tolerance = 1e-4) => {
  const scale = Math.max(1, ...expected.map(Math.abs));
  for (const [i, value] of expected.entries())
    expect(Math.abs((got[i] ?? Number.NaN) - value)).toBeLessThan(tolerance * scale);
};

/** Two hidden layers, of a kink and of a curve, a product and a softmax: three outputs. */
const network = (seed: number): Model => {
  const weights = (i: number, ...shape: number[]) => seeded(seed * 10 + i, shape) as tf.Tensor2D; // the callers give two dims
  return (x) => {
    const kinks = tf.relu(tf.matMul(x as tf.Tensor2D, weights(1, 4, 6)));
    const curves = tf.tanh(tf.matMul(kinks as tf.Tensor2D, weights(2, 6, 6)));
    return tf.mul(
      tf.softmax(tf.matMul(curves as tf.Tensor2D, weights(3, 6, 3))),
      tf.matMul(x as tf.Tensor2D, weights(4, 4, 3)),
    );
  };
};
const holds = (property: (seed: number) => Promise<void>) =>
  fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), property), { numRuns: 12 });

describe('completeness: the values sum to S(x) − S(x′)', () => {
  test.each(Object.entries(complete))('%s', (name, method) =>
    holds(async (seed) => {
      const { delta } = await explain(method, network(seed), { seed, target: 1 });
      // A kink between two of its points is what 64 steps of a quadrature miss.
      expect(Math.abs(delta)).toBeLessThan(name === 'integratedGradients' ? 0.02 : 1e-5);
    }),
  );
});

describe('linearity: the values of a S₁ + b S₂ are a times those of S₁ and b times those of S₂', () => {
  const both = ([output]: readonly tf.Tensor[]) => {
    const [first, second] = tf.unstack(output as tf.Tensor, 1) as [tf.Tensor, tf.Tensor]; // it has three columns
    return tf.add(tf.mul(first, 2), tf.mul(second, -3));
  };
  const parts = async (method: AttributionMethod, seed: number) => {
    const model = network(seed);
    const [one, two] = [
      await explain(method, model, { seed, target: 0 }),
      await explain(method, model, { seed, target: 1 }),
    ];
    return one.values.map((value, i) => 2 * value - 3 * (two.values[i] ?? 0));
  };
  test.each(Object.entries(linear))('%s', (_, method) =>
    holds(async (seed) =>
      close((await explain(method, network(seed), { seed, target: both })).values, await parts(method, seed)),
    ),
  );

  test.each(Object.entries(rectified))('but not of %s, which cuts off what speaks against', async (_, method) => {
    const found = await explain(method, network(5), { seed: 5, target: both });
    const expected = await parts(method, 5);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - (found.values[i] ?? 0))))).toBeGreaterThan(1e-2);
  });
});

describe('dummy: an input that the score ignores gets nothing, exactly', () => {
  test.each(Object.entries({ ...linear, ...rectified }))('%s', (_, method) =>
    holds(async (seed) => {
      const model = network(seed);
      const ignoring: Model = (x) => model(tf.mul(x, [[1, 0, 1, 1]]));
      expect((await explain(method, ignoring, { seed })).values[1]).toBeCloseTo(0, 12);
    }),
  );
});

describe('symmetry: inputs that can be swapped, alike on input and baseline, get the same', () => {
  const alike = (seed: number, ...more: number[]) =>
    tf.gather(seeded(seed, [1, 3]), tf.tensor1d([0, 0, ...more], 'int32'), 1);
  const swap = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([1, 0, 2, 3], 'int32'), 1);
  test.each(Object.entries({ ...linear, ...rectified }))('%s', (_, method) =>
    holds(async (seed) => {
      const model = network(seed);
      const symmetric: Model = (x) => tf.add(model(x), model(swap(x)));
      const asked = { seed, x: alike(seed, 1, 2), baseline: alike(seed + 1, 1, 2) };
      const [first = Number.NaN, second = Number.NaN] = (await explain(method, symmetric, asked)).values;
      close([first], [second]);
    }),
  );

  test('but for a maximum of equal numbers, which is the first', async () => {
    const largest: Model = (x) => tf.max(x, 1, true);
    const { values } = await explain(deepLift(), largest, {
      seed: 1,
      x: tf.tensor([[2, 2, 0, 0]]),
      baseline: tf.zeros([1, 4]),
    });
    expect(values).toEqual([2, 0, 0, 0]);
  });
});

describe('implementation invariance: a function of one variable has the same values however it is written', () => {
  const one = (x: tf.Tensor) => tf.add(tf.exp(tf.neg(x)), 1);
  const shifted = (x: tf.Tensor) => tf.add(tf.square(x), 0.5);
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
  const inside = (f: Model, seed: number): Model => {
    const weights = (i: number, ...shape: number[]) => seeded(seed * 10 + i, shape) as tf.Tensor2D; // two dims
    return (x) => tf.matMul(f(tf.matMul(x as tf.Tensor2D, weights(1, 4, 6))) as tf.Tensor2D, weights(2, 6, 2));
  };
  const methods = { ...ofGradients, deepLift: deepLift() };
  for (const [name, ways] of Object.entries(written)) {
    test.each(Object.entries(methods))(`${name}, by %s`, (_, method) =>
      holds(async (seed) => {
        const [first, ...others] = await Promise.all(ways.map((f) => explain(method, inside(f, seed), { seed })));
        for (const { values } of others) close(values, first?.values ?? []);
      }),
    );
  }

  test('but a softmax by exp and sum shares out the same total otherwise', async () => {
    const byParts: Model = (x) => tf.div(tf.exp(x), tf.sum(tf.exp(x), 1, true));
    const asked = { seed: 3, x: tf.mul(seeded(3, [1, 4]), 3) };
    const [one, other] = [await explain(deepLift(), tf.softmax, asked), await explain(deepLift(), byParts, asked)];
    const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(total(one.values)).toBeCloseTo(total(other.values), 5);
    expect(Math.max(...one.values.map((value, i) => Math.abs(value - (other.values[i] ?? 0))))).toBeGreaterThan(1e-3);
  });
});
