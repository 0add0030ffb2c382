import {
  add,
  addN,
  batchNorm,
  cast,
  clipByValue,
  concat,
  div,
  erf,
  exp,
  gather,
  greater,
  matMul,
  max,
  maximum,
  mean,
  minimum,
  moments,
  mul,
  neg,
  pad,
  pow,
  reshape,
  rsqrt,
  sigmoid,
  slice,
  softmax,
  split,
  sqrt,
  square,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tanh,
  tensor1d,
  tensor2d,
  tile,
  transpose,
} from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import { closeTo, openBackend, seededNumbers } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type LrpOptions, lrp } from './lrp';

beforeAll(() => openBackend('cpu'));

const x = [0.4, -1.2, 0.7, 2];
/** The sum of the outputs weighted by 1, 2, 3, …: each gets its term of it. */
const weighted = ([y]: readonly Tensor[]) => {
  const flat = reshape(y as Tensor, [1, -1]);
  return sum(mul(flat, tensor1d(Array.from({ length: flat.size }, (_, i) => i + 1))), 1);
};

/** Relevance at each input of a function of rows. */
async function relevance(
  model: (...inputs: Tensor[]) => Tensor,
  inputs: readonly (readonly number[])[],
  options: LrpOptions = {},
): Promise<{ values: number[][]; score: number; notes: readonly string[] }> {
  const rows = inputs.map((row) => tensor2d([[...row]]));
  const why = await attribute(model, rows, { method: lrp({ strict: true, ...options }), target: weighted });
  const values = await Promise.all(why.values.map(async (value) => Array.from(await value.data())));
  why.dispose();
  return { values, score: why.score[0] ?? Number.NaN, notes: why.notes };
}

/** What arrives where `f` is replaced by nothing: each element has its term of the score. */
const terms = async (f: (x: Tensor) => Tensor, from: readonly number[]): Promise<number[]> => {
  const y = await f(tensor2d([[...from]])).data();
  return Array.from(y, (value, i) => value * (i + 1));
};

describe('passes unchanged through', () => {
  const activations: Record<string, (x: Tensor) => Tensor> = {
    'a tanh': tanh,
    'a power with a fixed exponent': (x) => pow(x, 3),
    'a bound': (x) => minimum(maximum(x, 0), 6),
    'a ReLU that is written as a product with a mask': (x) => mul(x, cast(greater(x, 0), 'float32')),
    'a product with a weight': (x) => mul(x, tensor1d([2, -3, 4, 5])),
    'a quotient by a weight': (x) => div(x, tensor1d([2, -3, 4, 5])),
    'a square that is written as a product': (x) => mul(x, x),
    swish: (x) => mul(x, sigmoid(x)),
    'swish with a slope': (x) => mul(sigmoid(mul(x, 1.5)), x),
    GELU: (x) => mul(mul(0.5, x), add(1, erf(div(x, Math.SQRT2)))),
    'GELU by tanh': (x) => mul(mul(0.5, x), add(1, tanh(mul(0.8, add(x, mul(0.04, pow(x, 3))))))),
    'a hard swish': (x) => div(mul(x, minimum(maximum(add(x, 3), 0), 6)), 6),
    'a softmax that ends the model': (x) => softmax(x),
    'a normalization by the root mean square': (x) => mul(x, rsqrt(add(mean(square(x), -1, true), 1e-3))),
    'one by a quotient, with weights for each element': (x) =>
      mul(div(x, sqrt(add(mean(square(x), -1, true), 1e-3))), tensor1d([1, 2, 3, 4])),
    'one with a weighted root': (x) => mul(x, mul(rsqrt(add(mean(square(x), -1, true), 1e-3)), tensor1d([1, 2, 3, 4]))),
    'one by a reciprocal': (x) => mul(x, div(2, sqrt(add(mean(square(x), -1, true), 1e-3)))),
    'one by a power': (x) => mul(x, pow(add(mean(square(x), -1, true), 1e-3), -0.5)),
    'a shift by the maximum': (x) => sub(x, max(x, -1, true)),
    'a softmax that is written out': (x) => {
      const e = exp(sub(x, max(x, -1, true)));
      return div(e, sum(e, -1, true));
    },
  };
  test.each(Object.entries(activations))('%s', async (_, f) => {
    const { values, score, notes } = await relevance(f, [x]);
    const expected = await terms(f, x);
    await closeTo(values[0] ?? [], expected);
    expect(score).toBeCloseTo(
      expected.reduce((a, b) => a + b),
      5,
    );
    expect(notes).toEqual([]);
  });
});

describe('goes to where an output was taken from through', () => {
  const copies: Record<string, [f: (x: Tensor) => Tensor, from: number[]]> = {
    'a transpose': [(x) => transpose(reshape(x, [1, 2, 2]), [0, 2, 1]), [0, 2, 1, 3]],
    'a slice': [(x) => slice(x, [0, 1], [1, 2]), [1, 2]],
    'a split': [(x) => split(x, 2, 1)[1] as Tensor, [2, 3]],
    'a concatenation': [(x) => concat([x, x], 1), [0, 1, 2, 3, 0, 1, 2, 3]],
    'a padding': [
      (x) =>
        pad(x, [
          [0, 0],
          [2, 0],
        ]),
      [-1, -1, 0, 1, 2, 3],
    ],
    'a gather': [(x) => gather(x, tensor1d([2, 2, 0], 'int32'), 1), [2, 2, 0]],
    'a maximum': [(x) => max(x, 1, true), [3]],
    'the larger of two': [(x) => maximum(slice(x, [0, 0], [1, 2]), slice(x, [0, 2], [1, 2])), [2, 3]],
  };
  test.each(Object.entries(copies))('%s', async (_, [f, from]) => {
    const { values } = await relevance(f, [x]);
    const expected = x.map(() => 0);
    (await terms(f, x)).forEach((term, i) => {
      const source = from[i] ?? -1;
      if (source >= 0) expected[source] = (expected[source] ?? 0) + term;
    });
    await closeTo(values[0] ?? [], expected);
  });
});

describe('is shared out by contribution among', () => {
  const [a, b, c] = [[3], [-1], [0.5]];
  const sums: Record<string, [f: (...inputs: Tensor[]) => Tensor, expected: number[]]> = {
    'the terms of a sum': [(a, b) => add(a as Tensor, b as Tensor), [3, -1, 0]],
    'the sides of a difference': [(a, b) => sub(a as Tensor, b as Tensor), [3, 1, 0]],
    'the terms of a long sum': [(...all) => addN(all), [3, -1, 0.5]],
    'an input and a weight, which keeps its share': [(a) => add(a as Tensor, 5), [3, 0, 0]],
    'what a mean is of': [(...all) => mean(concat(all, 1), 1, true), [1, -1 / 3, 0.5 / 3]],
  };
  test.each(Object.entries(sums))('%s', async (_, [f, expected]) => {
    const { values } = await relevance(f, [a, b, c]);
    await closeTo(values.flat(), expected);
  });
});

describe('of a product', () => {
  test('is halved, and summed where a factor was broadcast', async () => {
    const gate = [0.5];
    const { values, score } = await relevance((x, g) => mul(x as Tensor, sigmoid(g as Tensor)), [x, gate]);
    const share = await terms((x) => mul(x, 1 / (1 + Math.exp(-0.5)) / 2), x);
    await closeTo(values[0] ?? [], share);
    await closeTo(values[1] ?? [], [share.reduce((p, q) => p + q)]);
    expect(values.flat().reduce((p, q) => p + q)).toBeCloseTo(score, 5);
  });

  const gates: Record<string, (g: Tensor) => Tensor> = {
    'a sigmoid': sigmoid,
    'a hard sigmoid': (g) => clipByValue(add(mul(0.2, g), 0.5), 0, 1),
    'what a gate leaves over': (g) => add(1, neg(sigmoid(g))),
  };
  test.each(Object.entries(gates))(
    'goes to the signal alone, if asked, where the other factor is %s',
    async (_, gate) => {
      const model = (x: Tensor, g: Tensor) => mul(tanh(x), gate(g));
      const g = [0.2, 0.4, 0.3, 0.8];
      const even = await relevance(model as never, [x, g]);
      const signal = await relevance(model as never, [x, g], { gates: 'signal' });
      const whole = await terms((x) => model(x, tensor2d([g])), x);
      await closeTo(signal.values[0] ?? [], whole);
      expect(signal.values[1]).toEqual([0, 0, 0, 0]);
      await closeTo(
        even.values[0] ?? [],
        whole.map((term) => term / 2),
      );
      expect(Math.abs(even.values[1]?.[0] ?? 0)).toBeGreaterThan(0);
    },
  );

  test('is halved where both factors are gates', async () => {
    const model = (a: Tensor, b: Tensor) => mul(sigmoid(a), sigmoid(b));
    const { values } = await relevance(model as never, [x, x], { gates: 'signal' });
    expect(values[0]).toEqual(values[1]);
  });

  test('of a quotient goes to the numerator', async () => {
    const { values, score } = await relevance((a, b) => div(a as Tensor, exp(b as Tensor)), [[3], [1]]);
    await closeTo(values.flat(), [score, 0]);
  });
});

describe('of a layer normalization goes by its Jacobian with the deviation held constant,', () => {
  const gamma = [1.5, -0.5, 2, 1];
  const beta = [0.1, 0.2, -0.3, 0.4];
  const layerNorms: Record<string, (x: Tensor) => Tensor> = {
    'as tfjs-layers writes it': (x) => {
      const { mean, variance } = moments(x, 1, true);
      const whole = (t: Tensor) => tile(t, [1, 4]);
      return batchNorm(
        x,
        whole(mean) as Tensor2D,
        whole(variance) as Tensor2D,
        tensor2d([beta]),
        tensor2d([gamma]),
        1e-3,
      );
    },
    'as TensorFlow exports it': (x) => {
      const m = mean(x, 1, true);
      const scale = mul(rsqrt(add(mean(squaredDifference(x, m), 1, true), 1e-3)), tensor1d(gamma));
      return add(mul(x, scale), sub(tensor1d(beta), mul(m, scale)));
    },
    'written by hand': (x) => {
      const centred = sub(x, mean(x, 1, true));
      return add(mul(div(centred, sqrt(add(mean(square(centred), 1, true), 1e-3))), tensor1d(gamma)), tensor1d(beta));
    },
  };
  test.each(Object.entries(layerNorms))('%s', async (_, f) => {
    const { values } = await relevance(f, [x]);
    const m = x.reduce((p, q) => p + q) / 4;
    const deviation = Math.sqrt(x.reduce((p, q) => p + (q - m) ** 2, 0) / 4 + 1e-3);
    // y_j = γ_j (x_j − m) / σ + β_j, term j of the score is (j + 1) y_j: x_j gets its part, and every x_i its part of m.
    const expected = x.map(() => 0);
    x.forEach((value, j) => {
      const slope = ((j + 1) * (gamma[j] ?? 0)) / deviation;
      expected[j] = (expected[j] ?? 0) + value * slope;
      x.forEach((other, i) => {
        expected[i] = (expected[i] ?? 0) - (other / 4) * slope;
      });
    });
    await closeTo(values[0] ?? [], expected, { relative: 1e-4 });
  });
});

test('goes through attention as in AttnLRP: half to each factor of a product, and by the Jacobian of a softmax', async () => {
  const [n, d] = [3, 2];
  const matrix = (seed: number) => Array.from(seededNumbers(seed, n * d));
  const [q, k, v] = [matrix(1), matrix(2), matrix(3)];
  const shaped = (t: Tensor | undefined) => reshape(t as Tensor, [n, d]);
  const model = (...[q, k, v]: Tensor[]) => {
    const attention = softmax(div(matMul(shaped(q), shaped(k), false, true), Math.SQRT2));
    return reshape(matMul(attention, shaped(v)), [1, n * d]);
  };
  const { values } = await relevance(model, [q, k, v]);

  const at = (of: readonly number[], i: number, j: number, width = d) => of[i * width + j] ?? Number.NaN;
  const each = (rows: number, columns: number, of: (i: number, j: number) => number) =>
    Array.from({ length: rows * columns }, (_, e) => of(Math.floor(e / columns), e % columns));
  const over = (size: number, of: (i: number) => number) =>
    Array.from({ length: size }, (_, i) => of(i)).reduce((a, b) => a + b, 0);
  const logits = each(n, n, (i, j) => over(d, (c) => at(q, i, c) * at(k, j, c)) / Math.SQRT2);
  const weights = each(n, n, (i, j) => Math.exp(at(logits, i, j, n)) / over(n, (m) => Math.exp(at(logits, i, m, n))));
  const y = each(n, d, (i, c) => over(n, (j) => at(weights, i, j, n) * at(v, j, c)));
  const ofOutput = y.map((value, e) => value * (e + 1));
  const part = (i: number, j: number, c: number) =>
    (at(weights, i, j, n) * at(v, j, c) * at(ofOutput, i, c)) / (2 * at(y, i, c));
  const ofValues = each(n, d, (j, c) => over(n, (i) => part(i, j, c)));
  const ofWeights = each(n, n, (i, j) => over(d, (c) => part(i, j, c)));
  const ofLogits = each(
    n,
    n,
    (i, j) =>
      at(logits, i, j, n) * (at(ofWeights, i, j, n) - at(weights, i, j, n) * over(n, (m) => at(ofWeights, i, m, n))),
  );
  const pair = (i: number, j: number, c: number) =>
    (at(q, i, c) * at(k, j, c) * at(ofLogits, i, j, n)) / (2 * at(logits, i, j, n) * Math.SQRT2);
  await closeTo(
    values[0] ?? [],
    each(n, d, (i, c) => over(n, (j) => pair(i, j, c))),
    { relative: 1e-4 },
  );
  await closeTo(
    values[1] ?? [],
    each(n, d, (j, c) => over(n, (i) => pair(i, j, c))),
    { relative: 1e-4 },
  );
  await closeTo(values[2] ?? [], ofValues, { relative: 1e-4 });
});

test('of a batch normalization goes by its own Jacobian, the offset keeping its share', async () => {
  const model = (x: Tensor) =>
    batchNorm(x, tensor1d([1, 0]), tensor1d([4, 1]), tensor1d([0.5, 0.5]), tensor1d([2, 3]), 0);
  const { values } = await relevance(model as never, [[3, -2]]);
  // y = x + … with slopes 1 and 3, the second output counting twice.
  await closeTo(values[0] ?? [], [3 * 1, -2 * 3 * 2]);
});
