import * as tf from '@tensorflow/tfjs-core';
import { attribute, layer, tap } from '@vitrum/core';
import { backendsHere, closeTo, describeMethod, openBackend, seeded, seededNumbers } from '@vitrum/testing';
import { own } from '@vitrum/testing/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import { multipliers, rounded } from '../../test/multipliers';
import { compose, type Stage, slowBackward } from '../../test/slow-network';
import { deepLift } from './deep-lift';

describeMethod('deepLift', deepLift);

beforeAll(() => openBackend('cpu'));

const numbersOf = async (t: tf.Tensor) => Float32Array.from(await t.data());

describe('the rescale rule is matrix algebra on the Jacobian of every layer,', () => {
  const dense = (seed: number, inputs: number, outputs: number): Stage => ({
    kind: 'linear',
    run: (x) =>
      tf.add(tf.matMul(x as tf.Tensor2D, seeded(seed, [inputs, outputs]) as tf.Tensor2D), seeded(seed + 50, [outputs])), // two dims each
  });
  const each = (run: Stage['run'], f: (x: number) => number, slope: (x: number) => number): Stage => ({
    kind: 'pointwise',
    run,
    f,
    slope,
  });
  const elu = each(
    tf.elu,
    (x) => (x > 0 ? x : Math.expm1(x)),
    (x) => (x > 0 ? 1 : Math.exp(x)),
  );
  const relu = each(
    tf.relu,
    (x) => Math.max(0, x),
    (x) => (x > 0 ? 1 : 0),
  );
  const tanh = each(tf.tanh, Math.tanh, (x) => 1 - Math.tanh(x) ** 2);
  const networks: Readonly<Record<string, readonly [shape: number[], stages: readonly Stage[]]>> = {
    'dense layers': [[5], [dense(1, 5, 8), elu, dense(2, 8, 7), tanh, dense(3, 7, 6), relu, dense(4, 6, 3)]],
    'convolutions, an average pool and a batch normalization': [
      [6, 6, 2],
      [
        { kind: 'linear', run: (x) => tf.conv2d(x as tf.Tensor4D, seeded(5, [3, 3, 2, 4]) as tf.Tensor4D, 1, 'same') }, // four dims each
        relu,
        { kind: 'linear', run: (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid') }, // still four
        {
          kind: 'linear',
          run: (x) =>
            tf.batchNorm(x, tf.tensor1d([1, -1, 0.5, 0]), tf.tensor1d([1, 2, 0.5, 4]), tf.tensor1d([0, 1, 2, 3])),
        },
        tanh,
        {
          kind: 'linear',
          run: (x) => tf.depthwiseConv2d(x as tf.Tensor4D, seeded(6, [2, 2, 4, 1]) as tf.Tensor4D, 1, 'valid'),
        },
        { kind: 'linear', run: (x) => tf.reshape(x, [-1, 16]) },
        relu,
        dense(7, 16, 3),
      ],
    ],
  };

  test.each(Object.entries(networks))('of %s', async (_, [shape, stages]) => {
    const [x, baseline] = [seeded(9, [1, ...shape]), seeded(10, [1, ...shape])];
    const input = { x: await numbersOf(x), reference: await numbersOf(baseline), target: 1 };
    const expected = await slowBackward(stages, shape, input, ({ signal, slope, x, y, x0, y0 }) =>
      x === x0 ? signal * slope : (signal * (y - y0)) / (x - x0),
    );
    const [multipliers, why] = [
      await attribute(compose(stages), x, { method: deepLift({ multiplyByInputs: false }), baseline, target: 1 }),
      await attribute(compose(stages), x, { method: deepLift({ strict: true }), baseline, target: 1 }),
    ];
    await closeTo(multipliers.values, { shape: x.shape, values: expected }, { relative: 1e-4 });
    const products = expected.map((m, i) => m * ((input.x[i] ?? 0) - (input.reference[i] ?? 0)));
    await closeTo(why.values, { shape: x.shape, values: products }, { relative: 1e-4 });
    expect(Math.abs(why.convergenceDelta?.[0] ?? Number.NaN)).toBeLessThan(1e-4);
    expect(multipliers.convergenceDelta).toBeUndefined();
    expect(why.notes).toEqual([]);
    for (const one of [multipliers, why]) one.dispose();
  });
});

describe('softmax', () => {
  const wide = (seed: number) => rounded([...seededNumbers(seed, 6)].map((u) => 4 * u));
  const weights = [1, -2, 3, 0.5, -1, 2];
  const model = (x: tf.Tensor) => tf.mul(tf.softmax(x), weights);
  const probabilities = (x: readonly number[]) => {
    const exps = x.map((value) => Math.exp(value - Math.max(...x)));
    return exps.map((e) => e / exps.reduce((a, b) => a + b));
  };

  test('shares out all that it does, and follows its formula', async () => {
    const [x, x0] = [wide(1), wide(2)];
    const [found = []] = await multipliers(model, [x], [x0]);
    const [y, y0] = [probabilities(x), probabilities(x0)];
    const k = y.map((value, i) => (value - (y0[i] ?? 0)) / Math.log(value / (y0[i] ?? 0)));
    const total = k.reduce((a, b) => a + b);
    const weighted = k.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / total;
    for (const [j, value] of k.entries()) expect(found[j]).toBeCloseTo(value * ((weights[j] ?? 0) - weighted), 5);
    const carried = found.reduce((sum, m, i) => sum + m * ((x[i] ?? 0) - (x0[i] ?? 0)), 0);
    expect(carried).toBeCloseTo(
      y.reduce((sum, value, i) => sum + (weights[i] ?? 0) * (value - (y0[i] ?? 0)), 0),
      5,
    );
  });

  test('has the gradient as multiplier where nothing moves, and the same if all of it moves by one number', async () => {
    const x = wide(3);
    const y = probabilities(x);
    const weighted = y.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
    const [still = []] = await multipliers(model, [x], [x]);
    for (const [i, value] of y.entries()) expect(still[i]).toBeCloseTo(value * ((weights[i] ?? 0) - weighted), 5);
    const raised = x.map((value) => value + 8);
    const [moved = []] = await multipliers(model, [raised], [x]);
    for (const [i, value] of still.entries()) expect(moved[i]).toBeCloseTo(value, 5);
  });

  test.each(backendsHere)('stays finite and complete where probabilities vanish, on %s', async (backend) => {
    await openBackend(backend);
    const [x, x0] = [
      [200, 0, -300, 3, -1e9, 1],
      [-150, 80, 90, 3, -1e9, 90.5],
    ];
    const why = await attribute(model, tf.tensor([x]), {
      method: deepLift(),
      baseline: tf.tensor([x0]),
      target: (outputs) => tf.sum(outputs[0] as tf.Tensor, -1),
    });
    for (const value of await numbersOf(why.values)) expect(value).toSatisfy(Number.isFinite);
    expect(Math.abs(why.convergenceDelta?.[0] ?? Number.NaN)).toBeLessThan(1e-4);
    why.dispose();
  });
});

describe('layer normalization', () => {
  test.each(backendsHere)(
    'is the same in one kernel as in many, and shares out all that it does, on %s',
    async (backend) => {
      await openBackend(backend);
      const [scale, offset] = [tf.tensor2d([[1, -2, 0.5, 3, 1]]), tf.tensor2d([[0, 1, 2, 3, 4]])];
      const weights = seeded(30, [5]);
      const tail = (x: tf.Tensor) => tf.sum(tf.mul(tf.tanh(x), weights), 1, true);
      const fused = (x: tf.Tensor) => {
        const { mean, variance } = tf.moments(x, 1, true);
        const [m, v] = [mean, variance].map((t) => tf.tile(t, [1, 5]));
        return tail(tf.batchNorm(x as tf.Tensor2D, m as tf.Tensor2D, v as tf.Tensor2D, offset, scale, 1e-3));
      };
      const many = (x: tf.Tensor) => {
        const mean = tf.mean(x, 1, true);
        const variance = tf.mean(tf.squaredDifference(x, mean), 1, true);
        return tail(tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3))), scale), offset));
      };
      const [x, baseline] = [seeded(31, [3, 5]), seeded(32, [3, 5])];
      const results = [];
      for (const model of [fused, many])
        results.push(await attribute(model, x, { method: deepLift({ strict: true }), baseline }));
      for (const { convergenceDelta = [Number.NaN] } of results)
        for (const delta of convergenceDelta) expect(Math.abs(delta)).toBeLessThan(1e-5);
      await closeTo(results[0]?.values as tf.Tensor, results[1]?.values as tf.Tensor, { relative: 1e-4 });
      for (const one of results) one.dispose();
    },
  );

  test('in one kernel may change in its scale and offset too', async () => {
    const model = (x: tf.Tensor, s: tf.Tensor, o: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, 1, true);
      const [m, v] = [mean, variance].map((t) => tf.tile(t, [1, 4]));
      return tf.batchNorm(x as tf.Tensor2D, m as tf.Tensor2D, v as tf.Tensor2D, o as tf.Tensor2D, s as tf.Tensor2D);
    };
    const draw = (seed: number) => [0, 1, 2].map((i) => seeded(seed + i, [2, 4]));
    const options = { method: deepLift({ strict: true }), baseline: draw(44), target: 2 };
    const why = await attribute(model, draw(40), options);
    for (const delta of why.convergenceDelta ?? [Number.NaN]) expect(Math.abs(delta)).toBeLessThan(1e-5);
    why.dispose();
  });
});

describe('what it cannot promise', () => {
  // Not every backend has complex numbers.
  beforeAll(() => openBackend('cpu'));
  const x = () => tf.tensor([[1, 2, 3, 4]]);

  test.each([
    ['ComplexAbs', (x: tf.Tensor) => tf.abs(tf.complex(x, tf.mul(x, 2)))],
    [
      'customGrad',
      (x: tf.Tensor) =>
        tf.customGrad((t) => ({ value: tf.square(t as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy }))(x),
    ],
  ])('is noted by kernel: %s, and refused if strict', async (kernel, model) => {
    const why = await attribute(model, x(), { method: deepLift(), target: 0 });
    expect(why.notes).toEqual([`There is no rule for ${kernel}: its plain gradient was used.`]);
    why.dispose();
    await expect(attribute(model, x(), { method: deepLift({ strict: true }), target: 0 })).rejects.toMatchObject({
      code: 'gradient',
      message: expect.stringContaining(`kernel ${kernel}`),
    });
  });

  test('a model that does other operations on the baseline is an error', async () => {
    let passes = 0;
    const model = (x: tf.Tensor) => (passes++ % 2 === 0 ? tf.tanh(x) : tf.sigmoid(x));
    await expect(attribute(model, x(), { method: deepLift(), target: 0 })).rejects.toMatchObject({ code: 'recording' });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('epsilon %s is an error', (epsilon) => {
    expect(() => deepLift({ epsilon })).toThrow(/epsilon/);
  });
});

test('at a layer, the reference is what the layer makes of the baseline', async () => {
  const weights = seeded(3, [4]);
  const model = (x: tf.Tensor) => tf.sum(tf.mul(tf.square(tap('inside', tf.tanh(x))), weights), 1, true);
  const [x, baseline] = [seeded(1, [2, 4]), seeded(2, [2, 4])];
  const at = layer('inside');
  const inside = await attribute(model, x, { method: deepLift(), baseline, at });
  await closeTo(inside.values, own(tf.mul(weights, tf.sub(tf.square(tf.tanh(x)), tf.square(tf.tanh(baseline))))));
  const whole = await attribute(model, x, { method: deepLift(), baseline });
  await closeTo(whole.values, inside.values);
  for (const one of [inside, whole]) one.dispose();
});

test('a skip past the layer changes what the layer meets, and keeps its own share', async () => {
  // S = a·b, where only a passes the layer: it takes Δa · mean(b).
  const model = (x: tf.Tensor) => tf.sum(tf.mul(tap('a', tf.square(x)), tf.add(x, 1)), 1, true);
  const [x, baseline] = [tf.tensor([[3]]), tf.tensor([[1]])];
  const why = await attribute(model, x, { method: deepLift(), baseline, at: layer('a') });
  expect([...(await why.values.data())]).toEqual([(9 - 1) * ((4 + 2) / 2)]);
  why.dispose();
});
