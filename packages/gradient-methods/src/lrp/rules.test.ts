import {
  add,
  conv1d,
  conv2d,
  conv2dTranspose,
  conv3d,
  depthwiseConv2d,
  einsum,
  fused,
  matMul,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import { closeTo, openBackend, seeded } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { away, slowShares, totalOf } from '../../test/slow-relevance';
import { lrp } from './lrp';
import type { RelevanceRule } from './rules';
import { sharesOf } from './shares';

const rules: RelevanceRule[] = [
  { name: 'epsilon' },
  { name: 'epsilon', epsilon: 0.3 },
  { name: 'epsilon', zeroBias: true },
  { name: 'gamma', gamma: 0.5 },
  { name: 'gamma', zeroBias: true },
  { name: 'gamma', gamma: 0.5, signed: true },
  { name: 'alpha1Beta0' },
  { name: 'alpha1Beta0', zeroBias: true },
  { name: 'alphaBeta' },
  { name: 'alphaBeta', alpha: 1.5, beta: 0.5 },
  { name: 'zPlus' },
  { name: 'flat' },
  { name: 'wSquare' },
  { name: 'box', low: -1, high: 1 },
];

/** A linear map with a bias for each output channel, and the shape of one example. */
interface Map {
  readonly shape: readonly number[];
  readonly channels: number;
  linear(x: Tensor): Tensor;
  /** With the bias the way models have it; added by itself if left out. */
  biased?(x: Tensor, bias: Tensor): Tensor;
}

// Each call makes its weights anew, as tests free what they made; kernels take tensors of the ranks given here.
const maps: Readonly<Record<string, Map>> = {
  'a matrix': {
    shape: [6],
    channels: 3,
    linear: (x) => matMul(x, seeded(1, [6, 3])),
    biased: (x, bias) => fused.matMul({ a: x, b: seeded(1, [6, 3]), bias }),
  },
  'a matrix that is transposed, its bias apart': {
    shape: [6],
    channels: 3,
    linear: (x) => matMul(x, seeded(1, [3, 6]), false, true),
  },
  'a matrix in front of what it is multiplied with': {
    shape: [6, 1],
    channels: 1,
    linear: (x) => matMul(reshape(seeded(1, [4, 6]), [1, 4, 6]), x),
  },
  'a convolution': {
    shape: [4, 4, 2],
    channels: 3,
    linear: (x) => conv2d(x as Tensor4D, seeded(2, [3, 3, 2, 3]) as Tensor4D, 1, 'same'),
    biased: (x, bias) =>
      fused.conv2d({ x: x as Tensor4D, filter: seeded(2, [3, 3, 2, 3]) as Tensor4D, strides: 1, pad: 'same', bias }),
  },
  'a convolution with strides and holes, its bias apart': {
    shape: [6, 5, 2],
    channels: 2,
    linear: (x) => conv2d(x as Tensor4D, seeded(3, [2, 2, 2, 2]) as Tensor4D, 1, 'valid', 'NHWC', 2),
  },
  'a convolution of channels first': {
    shape: [2, 4, 4],
    channels: 1,
    linear: (x) => conv2d(x as Tensor4D, seeded(4, [3, 3, 2, 1]) as Tensor4D, 2, 'valid', 'NCHW'),
  },
  'a depthwise convolution': {
    shape: [4, 4, 2],
    channels: 4,
    linear: (x) => depthwiseConv2d(x as Tensor4D, seeded(5, [3, 3, 2, 2]) as Tensor4D, 1, 'same'),
    biased: (x, bias) =>
      fused.depthwiseConv2d({
        x: x as Tensor4D,
        filter: seeded(5, [3, 3, 2, 2]) as Tensor4D,
        strides: 1,
        pad: 'same',
        bias: bias as Tensor1D,
      }),
  },
  'a transposed convolution': {
    shape: [3, 3, 2],
    channels: 3,
    linear: (x) =>
      conv2dTranspose(x as Tensor4D, seeded(6, [3, 3, 3, 2]) as Tensor4D, [x.shape[0] ?? 1, 7, 7, 3], 2, 'valid'),
  },
  'a convolution along one dim': {
    shape: [5, 2],
    channels: 3,
    linear: (x) => conv1d(x as Tensor3D, seeded(7, [3, 2, 3]) as Tensor3D, 1, 'same'),
  },
  'a convolution in space': {
    shape: [3, 3, 3, 2],
    channels: 2,
    linear: (x) => conv3d(x as Tensor5D, seeded(11, [2, 2, 2, 2, 2]) as Tensor5D, 1, 'valid'),
  },
  'a contraction': {
    shape: [3, 2],
    channels: 4,
    linear: (x) => einsum('bij,jk->bik', x, seeded(8, [2, 4])),
  },
};

/** Each output of a linear map by each input: what it makes of the unit vectors. */
async function matrixOf({ linear, shape }: Map): Promise<number[][]> {
  const size = shape.reduce((product, n) => product * n, 1);
  const outputs = tidy(() => {
    const units = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
    const answers = units.map((unit) => reshape(linear(tensor(unit, [1, ...shape])), [-1]));
    return answers.map((answer) => [...answer.dataSync()]);
  });
  return outputs[0]?.map((_, j) => outputs.map((row) => row[j] ?? 0)) ?? [];
}

// wasm has no contractions, and no convolutions of channels first.
const onWasm = Object.entries(maps).filter(([name]) => !/contraction|channels first/.test(name));
const everywhere = [
  ...Object.entries(maps).map(([name, map]) => ['cpu', name, map] as const),
  ...onWasm.map(([name, map]) => ['wasm', name, map] as const),
];

describe.each(everywhere)('on %s, for %s,', (backend, _, map) => {
  beforeAll(() => openBackend(backend));
  const { shape, channels, linear } = map;
  const biased = map.biased ?? ((x: Tensor, bias: Tensor) => add(linear(x), bias));

  test.each(rules)('$name is what it is on paper: $gamma $epsilon $alpha $signed $zeroBias', async (rule) => {
    const x = seeded(20, [1, ...shape]);
    // A second map makes the relevance of the first's outputs: their values times its weights.
    const model = (x: Tensor) => reshape(biased(x, seeded(9, [channels])), [1, -1]);
    const outputs = model(x);
    const size = outputs.size;
    const weighted = (x: Tensor) => matMul(model(x), seeded(10, [size, 1]));
    const why = await attribute(weighted, x, {
      method: lrp({
        composite: { name: 'test', choices: [{ position: 'last', rule: { name: 'epsilon' } }, { rule }] },
      }),
    });
    const [values, y, second] = [await x.data(), await outputs.data(), await seeded(10, [size, 1]).data()];
    const matrix = await matrixOf(map);
    const biases = await reshape(add(linear(x), seeded(9, [channels])), [-1]).data();
    const unbiased = await reshape(linear(x), [-1]).data();
    const score = totalOf([...y].map((value, j) => value * (second[j] ?? 0)));
    const expected = new Float64Array(values.length);
    matrix.forEach((row, j) => {
      const relevance = ((y[j] ?? 0) * (second[j] ?? 0) * score) / away(score, 1e-9);
      const bias = (biases[j] ?? 0) - (unbiased[j] ?? 0);
      slowShares(rule, [...values], row, bias, relevance).forEach((share, i) => {
        expected[i] = (expected[i] ?? 0) + share;
      });
    });
    await closeTo(why.values, { shape: x.shape, values: Float32Array.from(expected) }, { relative: 2e-4 });
    why.dispose();
  });
});

describe('a rule', () => {
  beforeAll(() => openBackend('cpu'));

  test('keeps the relevance of every output as it is, if no bias takes part', () => {
    for (const rule of rules) {
      const amounts = sharesOf(rule) ?? [];
      expect(totalOf(amounts.map(({ amount }) => amount))).toBeCloseTo(1, 12);
    }
  });

  test('γ goes from LRP-0 to z⁺ as γ grows, for inputs ≥ 0 and no bias', async () => {
    const x = tensor([[0.3, 0.8, 0.1, 0.6]]);
    const model = (x: Tensor) => matMul(x as Tensor2D, seeded(1, [4, 1]));
    const values = async (rule: RelevanceRule) => {
      const why = await attribute(model, x, { method: lrp({ composite: rule }) });
      const numbers = await why.values.data();
      why.dispose();
      return numbers;
    };
    await closeTo(await values({ name: 'gamma', gamma: 1e-6 }), await values({ name: 'epsilon' }), { relative: 1e-4 });
    await closeTo(await values({ name: 'gamma', gamma: 1e6 }), await values({ name: 'zPlus' }), { relative: 1e-4 });
  });

  test('zᴮ takes bounds for each channel', async () => {
    const x = tensor([[0.3, 0.8]]);
    const model = (x: Tensor) => matMul(x as Tensor2D, tensor([[2], [-1]]));
    const why = await attribute(model, x, { method: lrp({ composite: { name: 'box', low: [0, -1], high: [1, 3] } }) });
    // z = 2 · 0.3 − 0 · 2, −0.8 + 3 · 1; S = −0.2.
    await closeTo(why.values, { shape: [1, 2], values: Float32Array.of((-0.2 * 0.6) / 2.8, (-0.2 * 2.2) / 2.8) });
    why.dispose();
  });

  const refused: [string, RelevanceRule, RegExp][] = [
    ['no epsilon', { name: 'epsilon', epsilon: 0 }, /epsilon 0/],
    ['a negative gamma', { name: 'gamma', gamma: -1 }, /gamma -1/],
    ['alpha and beta that do not keep the relevance', { name: 'alphaBeta', alpha: 2, beta: 0 }, /alpha − beta = 1/],
    ['a beta that turns what inhibits into what promotes', { name: 'alphaBeta', alpha: 0, beta: -1 }, /beta ≥ 0/],
    ['an empty box', { name: 'box', low: 1, high: -1 }, /low ≤ high/],
    ['a box without bounds', { name: 'box' } as unknown as RelevanceRule, /box from undefined/], // as data may come
    ['a name that is none', { name: 'zMinus' } as unknown as RelevanceRule, /zMinus/],
  ];
  test.each(refused)('refuses %s', (_, rule, message) => {
    expect(() => lrp({ composite: rule })).toThrow(
      expect.objectContaining({ code: 'option', message: expect.stringMatching(message) }),
    );
  });

  test('identity is for one shape on both sides', async () => {
    const square = await attribute((x: Tensor) => matMul(x as Tensor2D, seeded(1, [3, 3])), seeded(2, [1, 3]), {
      method: lrp({ composite: { name: 'identity' } }),
      target: 1,
    });
    await closeTo(square.values, { shape: [1, 3], values: Float32Array.of(0, square.score[0] ?? 0, 0) });
    square.dispose();
    const model = (x: Tensor) => matMul(x as Tensor2D, seeded(1, [3, 1]));
    await expect(
      attribute(model, seeded(2, [1, 3]), { method: lrp({ composite: { name: 'identity' } }) }),
    ).rejects.toThrow(/one shape/);
  });
});

test('no rule gives anything to what no window sees', async () => {
  await openBackend('cpu');
  const x = seeded(3, [1, 5, 5, 1]);
  const model = (x: Tensor) => {
    const seen = conv2d(
      slice(x, [0, 0, 0, 0], [1, 3, 3, 1]) as Tensor4D,
      seeded(4, [3, 3, 1, 1]) as Tensor4D,
      1,
      'valid',
    );
    return reshape(seen, [1, 1]);
  };
  for (const rule of rules) {
    const why = await attribute(model, x, { method: lrp({ composite: rule }) });
    const values = await why.values.data();
    values.forEach((value, i) => {
      if (i % 5 > 2 || i > 14) expect(value).toBe(0);
      else expect(Number.isFinite(value)).toBe(true);
    });
    why.dispose();
  }
});
