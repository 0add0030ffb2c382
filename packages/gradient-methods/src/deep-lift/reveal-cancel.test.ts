import * as tf from '@tensorflow/tfjs-core';
import { attribute, layer, tap } from '@vitrum/core';
import { closeTo, describeMethod, onEachBackend, openBackend, seeded, seededNumbers } from '@vitrum/testing';
import { own } from '@vitrum/testing/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import { multipliers, rounded } from '../../test/multipliers';
import { deepLift } from './deep-lift';

const revealCancel = () => deepLift({ rule: 'reveal-cancel', strict: true });
describeMethod('deepLift by reveal-cancel', revealCancel);

beforeAll(() => openBackend('cpu'));

const explained = async (model: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, options: { baseline?: tf.Tensor } = {}) => {
  const why = await attribute(model, x, { method: revealCancel(), target: 0, ...options });
  const values = [...(await why.values.data())];
  for (const delta of why.convergenceDelta ?? [Number.NaN]) expect(Math.abs(delta)).toBeLessThan(1e-5);
  why.dispose();
  return values;
};

/** min(a, b) as a − max(0, a − b), of §3.5.3: rescale gives all to one of the two. */
const minimum = (x: tf.Tensor): tf.Tensor => {
  const [a, b] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]; // as many as asked for
  return tf.sub(a, tf.relu(tf.sub(a, b)));
};

test.each([
  [3, 5],
  [5, 3],
  [2, 2],
])('gives both inputs of a minimum of %s and %s half of it', async (a, b) => {
  const values = await explained(minimum, tf.tensor([[a, b]]));
  for (const value of values) expect(value).toBeCloseTo(Math.min(a, b) / 2, 5);
  const rescale = own((await attribute(minimum, tf.tensor([[a, b]]), { method: deepLift() })).values);
  await closeTo(rescale, { shape: [1, 2], values: a <= b ? [a, 0] : [0, b] }, { absolute: 1e-5 });
});

interface Layer {
  /** Inputs × outputs. */
  readonly weights: readonly (readonly number[])[];
  readonly f: (x: number) => number;
}

/** §3.3, §3.5.1 and §3.5.3 as they stand: every unit has a Δ⁺ and a Δ⁻, and a multiplier for each. */
function slowRevealCancel(
  layers: readonly Layer[],
  x: readonly number[],
  x0: readonly number[],
  target: number,
): number[] {
  const halves = (a: number, b: number) => (a + b) / 2;
  let now = x.map((value, i) => ({
    x0: x0[i] ?? 0,
    plus: Math.max(0, value - (x0[i] ?? 0)),
    minus: Math.min(0, value - (x0[i] ?? 0)),
  }));
  const passes = layers.map(({ weights, f }) => {
    const inputs = now;
    const units = (weights[0] ?? []).map((_, o) => {
      const terms = inputs.map(({ plus, minus }, i) => (weights[i]?.[o] ?? 0) * (plus + minus));
      const z0 = inputs.reduce((sum, input, i) => sum + (weights[i]?.[o] ?? 0) * input.x0, 0);
      const plus = terms.reduce((sum, term) => sum + Math.max(0, term), 0);
      const minus = terms.reduce((sum, term) => sum + Math.min(0, term), 0);
      const up = halves(f(z0 + plus) - f(z0), f(z0 + plus + minus) - f(z0 + minus));
      const down = halves(f(z0 + minus) - f(z0), f(z0 + plus + minus) - f(z0 + plus));
      return {
        x0: f(z0),
        plus: up,
        minus: down,
        gain: plus === 0 ? 0 : up / plus,
        loss: minus === 0 ? 0 : down / minus,
      };
    });
    now = units;
    return { weights, inputs, units };
  });
  let signals = now.map((_, o) => (o === target ? 1 : 0)).map((m) => ({ plus: m, minus: m }));
  for (const { weights, inputs, units } of [...passes].reverse()) {
    const front = units.map(({ gain, loss }, o) => ({
      plus: (signals[o]?.plus ?? 0) * gain,
      minus: (signals[o]?.minus ?? 0) * loss,
    }));
    signals = inputs.map(({ plus, minus }, i) => {
      const m = front.reduce((sum, unit, o) => {
        const weight = weights[i]?.[o] ?? 0;
        const term = weight * (plus + minus);
        return sum + weight * (term > 0 ? unit.plus : term < 0 ? unit.minus : halves(unit.plus, unit.minus));
      }, 0);
      return { plus: m, minus: m };
    });
  }
  return signals.map(({ plus }) => plus);
}

onEachBackend('on %s, it is the equations of the paper, written out', (backend) => {
  beforeAll(() => openBackend(backend));

  const matrix = (seed: number, inputs: number, outputs: number) => {
    const numbers = rounded([...seededNumbers(seed, inputs * outputs)]);
    return Array.from({ length: inputs }, (_, i) => numbers.slice(i * outputs, (i + 1) * outputs));
  };
  const functions: Readonly<Record<string, readonly [run: (x: tf.Tensor) => tf.Tensor, f: (x: number) => number]>> = {
    relu: [tf.relu, (x) => Math.max(0, x)],
    tanh: [tf.tanh, Math.tanh],
    elu: [tf.elu, (x) => (x > 0 ? x : Math.expm1(x))],
    square: [tf.square, (x) => x * x],
    'relu6, as TF.js writes it': [(x) => tf.minimum(6, tf.relu(tf.mul(x, 1))), (x) => Math.max(0, x)],
  };

  test.each(Object.entries(functions))('for two hidden layers of %s', async (_, [run, f]) => {
    const weights = [matrix(1, 4, 7), matrix(2, 7, 6), matrix(3, 6, 3)];
    const model = (x: tf.Tensor) =>
      weights
        .slice(1)
        .reduce<tf.Tensor>(
          (y, w) => tf.matMul(run(y) as tf.Tensor2D, tf.tensor2d(w)),
          tf.matMul(x as tf.Tensor2D, tf.tensor2d(weights[0] ?? [])),
        ); // two dims each
    const [x, x0] = [rounded([...seededNumbers(4, 4)]), rounded([...seededNumbers(5, 4)])];
    const layers = weights.map((w, i): Layer => ({ weights: w, f: i < 2 ? f : (value) => value }));
    const expected = slowRevealCancel(layers, x, x0, 1);
    const why = await attribute(model, tf.tensor([x]), {
      method: deepLift({ rule: 'reveal-cancel', multiplyByInputs: false, strict: true }),
      baseline: tf.tensor([x0]),
      target: 1,
    });
    await closeTo(why.values, { shape: [1, 4], values: expected }, { relative: 1e-4 });
    why.dispose();
  });
});

describe('parts are carried through what only moves or scales them:', () => {
  const [w, v] = [() => seeded(1, [4, 6]) as tf.Tensor2D, () => seeded(2, [6, 2]) as tf.Tensor2D]; // two dims each
  const base = (x: tf.Tensor, scale: number | number[] = 1) => tf.mul(tf.matMul(x as tf.Tensor2D, w()), scale);
  const tail = (y: tf.Tensor) => tf.matMul(tf.relu(y) as tf.Tensor2D, v()); // still two dims
  const scales = [1, -2, 0.5, -1, 3, -0.25];
  /** Each with the same function as one matrix product, whose terms are those of the scaled weights. */
  const written: Readonly<Record<string, readonly [(x: tf.Tensor) => tf.Tensor, scale: number | number[]]>> = {
    'a bias': [(x) => tail(tf.add(base(x), 0)), 1],
    'a negation': [(x) => tail(tf.neg(base(x))), -1],
    'a difference from a number': [(x) => tail(tf.sub(0, base(x))), -1],
    'factors of either sign': [(x) => tail(tf.mul(base(x), scales)), scales],
    'divisors of either sign': [
      (x) =>
        tail(
          tf.div(
            base(x),
            scales.map((s) => 1 / s),
          ),
        ),
      scales,
    ],
    'a batch normalization of either sign': [
      (x) =>
        tail(
          tf.batchNorm2d(
            base(x) as tf.Tensor2D,
            tf.zeros([6]) as tf.Tensor1D,
            tf.fill([6], 0.75) as tf.Tensor1D,
            tf.zeros([6]) as tf.Tensor1D,
            tf.tensor1d(scales),
            0.25,
          ),
        ), // dims as said
      scales,
    ],
    'reshapes and transposes': [
      (x) => tail(tf.reshape(tf.transpose(tf.reshape(tf.transpose(base(x)), [3, 2, -1]), [2, 0, 1]), [-1, 6])),
      1,
    ],
    'pieces put together again': [
      (x) => {
        const [a, b, c] = tf.split(base(x), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor]; // as many as asked for
        return tail(
          tf.slice(
            tf.pad(
              tf.concat([a, b, c], 1),
              [
                [0, 0],
                [1, 2],
              ],
              3,
            ),
            [0, 1],
            [-1, 6],
          ),
        ); // prettier-ignore
      },
      1,
    ],
    'rows taken apart and stacked': [(x) => tail(tf.stack(tf.unstack(base(x)))), 1],
  };

  test.each(Object.entries(written))('%s', async (_, [model, scale]) => {
    const [x, baseline] = [seeded(3, [2, 4]), seeded(4, [1, 4])];
    const folded = (x: tf.Tensor) => tail(tf.matMul(x as tf.Tensor2D, tf.mul(w(), scale) as tf.Tensor2D)); // two dims each
    const [found, expected] = [await explained(model, x, { baseline }), await explained(folded, x, { baseline })];
    await closeTo(found, expected, { absolute: 1e-5 });
  });

  test('and sums, convolutions and pools part anew, by the sign of what they add up', async () => {
    // Both units are relu(Δ₁ + Δ₂) of a rise and a fall.
    const sum = (x: tf.Tensor) => tf.relu(tf.sum(x, 1, true));
    const pool = (x: tf.Tensor) =>
      tf.relu(
        tf.mul(2, tf.reshape(tf.avgPool(tf.reshape(x, [-1, 1, 2, 1]) as tf.Tensor4D, [1, 2], 1, 'valid'), [-1, 1])),
      );
    const filter = tf.ones([1, 2, 1, 1]) as tf.Tensor4D; // four dims
    const convolution = (x: tf.Tensor) =>
      tf.relu(tf.reshape(tf.conv2d(tf.reshape(x, [-1, 1, 2, 1]) as tf.Tensor4D, filter, 1, 'valid'), [-1, 1]));
    const product = (x: tf.Tensor) => tf.relu(tf.matMul(x as tf.Tensor2D, tf.ones([2, 1]) as tf.Tensor2D));
    for (const model of [sum, pool, convolution, product]) {
      const values = await explained(model, tf.tensor([[5, -3]]));
      // Δy⁺ = (5 + (2 − 0))/2, Δy⁻ = (0 + (2 − 5))/2
      await closeTo(values, [3.5, -1.5]);
    }
  });
});

test('what knows no parts takes the whole, and everything stays complete', async () => {
  const weights = seeded(7, [4, 4]) as tf.Tensor2D; // two dims
  const model = (x: tf.Tensor) => {
    const y = tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, weights)), weights);
    const skip = tf.add(tf.tanh(y), x);
    return tf.mul(tf.softmax(tf.mul(skip, y)), tf.maximum(tf.relu(skip), tf.sigmoid(x)));
  };
  await explained(model, seeded(8, [3, 4]), { baseline: seeded(9, [1, 4]) });
});

test('works at a layer, where a move is one part', async () => {
  const weights = seeded(7, [4, 4]) as tf.Tensor2D; // two dims
  const front = (x: tf.Tensor) => tf.tanh(tf.matMul(x as tf.Tensor2D, weights));
  const back = (y: tf.Tensor) => tf.relu(tf.matMul(tf.elu(y) as tf.Tensor2D, weights)); // and so has its result
  const [x, baseline] = [seeded(8, [2, 4]), seeded(9, [1, 4])];
  const options = { method: revealCancel(), target: 1 };
  const inside = await attribute((x: tf.Tensor) => back(tap('y', front(x))), x, {
    ...options,
    baseline,
    at: layer('y'),
  });
  const alone = await attribute(back, own(front(x)), { ...options, baseline: own(front(baseline)) });
  await closeTo(inside.values, alone.values);
  for (const one of [inside, alone]) one.dispose();
});

test('has the gradient as multiplier where nothing moves', async () => {
  const x = rounded([...seededNumbers(3, 5)].map((u) => 2 * u));
  const [found = []] = await multipliers(tf.tanh, [x], [x], { rule: 'reveal-cancel' });
  for (const [i, value] of x.entries()) expect(found[i]).toBeCloseTo(1 - Math.tanh(value) ** 2, 5);
});

test('notes what has no rule, leaves nothing behind when it is refused, and knows no other rule', async () => {
  await openBackend('cpu'); // not every backend has complex numbers
  const model = (x: tf.Tensor) =>
    tf.relu(tf.matMul(tf.abs(tf.complex(x, tf.mul(x, 2))) as tf.Tensor2D, tf.ones([3, 2]) as tf.Tensor2D)); // two dims each
  const x = tf.tensor([[1, 2, 3]]);
  const why = await attribute(model, x, { method: deepLift({ rule: 'reveal-cancel' }), target: 0 });
  expect(why.notes).toEqual(['There is no rule for ComplexAbs: its plain gradient was used.']);
  why.dispose();
  const before = tf.memory().numTensors;
  await expect(attribute(model, x, { method: revealCancel(), target: 0 })).rejects.toThrow('kernel ComplexAbs');
  expect(tf.memory().numTensors).toBe(before);
  expect(() => deepLift({ rule: 'revealcancel' as 'rescale' })).toThrow(/rule revealcancel/); // as from a command line
});
