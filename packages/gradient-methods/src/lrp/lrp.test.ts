import {
  add,
  matMul,
  mul,
  real,
  relu,
  reshape,
  rfft,
  round,
  softmax,
  type Tensor,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { attribute, layer, neuron, prepare, tap } from '@vitrum/core';
import { closeTo, convolutionToy, describeMethod, openBackend, seeded } from '@vitrum/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { inputXGradient } from '../input-x-gradient';
import type { CompositeData } from './composite';
import { lrp } from './lrp';
import { epsilonAlpha2Beta1Flat, epsilonGammaBox } from './presets';

describeMethod('lrp', lrp);
describeMethod('lrp with α2β1 and flat', () => lrp({ composite: epsilonAlpha2Beta1Flat() }), {
  backends: ['wasm'],
  models: ['convolution', 'graph'],
});
describeMethod('lrp with γ and zᴮ', () => lrp({ composite: epsilonGammaBox({ low: -1, high: 1 }) }), {
  backends: ['cpu'],
  models: ['convolution'],
});

beforeAll(() => openBackend('cpu'));

const numbers = fc.double({ min: -2, max: 2, noNaN: true }).filter((value) => Math.abs(value) > 1e-3);
const rows = (count: number, width: number) =>
  fc.array(fc.array(numbers, { minLength: width, maxLength: width }), { minLength: count, maxLength: count });
/** Inputs and the weights of three layers without biases. */
const networks = fc.record({ x: rows(2, 4), first: rows(4, 5), second: rows(5, 4), last: rows(4, 1) });
type Network = typeof networks extends fc.Arbitrary<infer T> ? T : never;

const networkOf =
  ({ first, second, last }: Network) =>
  (x: Tensor) => {
    const hidden = tap('hidden', relu(matMul(x as Tensor2D, tensor2d(first))));
    return matMul(tap('deep', relu(matMul(hidden, tensor2d(second)))), tensor2d(last));
  };

describe('on a network of ReLUs without biases', () => {
  const conserving: CompositeData[] = [
    { name: 'epsilon' },
    { name: 'first flat', choices: [{ position: 'first', rule: { name: 'flat' } }] },
    { name: 'first w²', choices: [{ position: 'first', rule: { name: 'wSquare' } }] },
    { name: 'first zᴮ', choices: [{ position: 'first', rule: { name: 'box', low: -2, high: 2 } }] },
    { name: 'γ', choices: [{ rule: { name: 'gamma', gamma: 0.5, signed: true } }] },
  ];
  test.each(conserving)('$name hands on all of the score, to the inputs and to every layer', async (composite) => {
    const property = fc.asyncProperty(networks, async (network) => {
      const x = tensor2d(network.x);
      for (const at of [undefined, layer('hidden'), layer('deep')]) {
        const why = await attribute(networkOf(network), x, { method: lrp({ composite }), ...(at && { at }) });
        const largest = Math.max(1, ...Array.from(await why.values.data(), Math.abs));
        for (const [e, delta] of (why.convergenceDelta ?? [Number.NaN]).entries()) {
          // Where parts of either sign are large against what is left of them, rounding is as large.
          expect(Math.abs(delta), `example ${e}`).toBeLessThanOrEqual(1e-4 * largest);
        }
        why.dispose();
      }
      x.dispose();
    });
    await fc.assert(property, { numRuns: 30, seed: 1 });
  });

  test('ε is gradient × input (Ancona et al. 2018)', async () => {
    const property = fc.asyncProperty(networks, async (network) => {
      const x = tensor2d(network.x);
      const model = networkOf(network);
      const relevance = await attribute(model, x, { method: lrp() });
      const product = await attribute(model, x, { method: inputXGradient() });
      await closeTo(relevance.values, product.values, { absolute: 1e-4, relative: 1e-4 });
      for (const why of [relevance, product]) why.dispose();
      x.dispose();
    });
    await fc.assert(property, { numRuns: 50, seed: 2 });
  });
});

describe('the relevance at a layer', () => {
  test('is what the input’s is shared out from, also where the composite tells the first layer from others', async () => {
    const weights = seeded(3, [4, 5]);
    const model = (x: Tensor) => {
      const hidden = tap('hidden', relu(matMul(x as Tensor2D, weights as Tensor2D)));
      return matMul(relu(matMul(hidden, seeded(4, [5, 3]) as Tensor2D)), seeded(5, [3, 1]) as Tensor2D);
    };
    const composite: CompositeData = {
      name: 'test',
      choices: [{ position: 'first', rule: { name: 'flat' } }, { rule: { name: 'gamma' } }],
    };
    const x = seeded(6, [1, 4]);
    const atInputs = await attribute(model, x, { method: lrp({ composite }) });
    const atHidden = await attribute(model, x, { method: lrp({ composite }), at: layer('hidden') });
    const relevance = Array.from(await atHidden.values.data());
    // Flat gives every input a quarter of all: the γ-rule, not flat, has brought it to the hidden layer.
    const quarter = relevance.reduce((sum, value) => sum + value / 4, 0);
    await closeTo(atInputs.values, { shape: [1, 4], values: Float32Array.of(quarter, quarter, quarter, quarter) });
    expect(relevance.filter((value) => value !== 0).some((value) => Math.abs(value - (relevance[0] ?? 0)) > 1e-3)).toBe(
      true,
    );
    for (const why of [atInputs, atHidden]) why.dispose();
  });

  test('does not depend on whether the first or the second factor of a product is attributed', async () => {
    const model = (x: Tensor) => {
      const [a, b] = [tap('a', mul(x, 2)), tap('b', matMul(x as Tensor2D, seeded(7, [4, 4]) as Tensor2D))];
      return matMul(mul(a, b) as Tensor2D, seeded(5, [4, 1]) as Tensor2D);
    };
    const x = seeded(6, [1, 4]);
    const [whole, a, b] = [
      await attribute(model, x, { method: lrp() }),
      await attribute(model, x, { method: lrp(), at: layer('a') }),
      await attribute(model, x, { method: lrp(), at: layer('b') }),
    ];
    await closeTo(a.values, b.values);
    const half = Array.from(await a.values.data());
    expect(Math.max(...half.map(Math.abs))).toBeGreaterThan(0.01);
    expect(half.reduce((sum, value) => sum + value)).toBeCloseTo((whole.score[0] ?? 0) / 2, 4);
    expect(whole.convergenceDelta?.[0]).toBeCloseTo(0, 4);
    for (const why of [whole, a, b]) why.dispose();
  });
});

test('starts from the activation of a neuron, if that is explained', async () => {
  const weights = () => seeded(3, [4, 5]) as Tensor2D;
  const model = (x: Tensor) => tap('hidden', matMul(x as Tensor2D, weights()));
  const x = seeded(6, [1, 4]);
  const why = await attribute((x: Tensor) => relu(model(x)), x, { method: lrp(), target: neuron(layer('hidden'), 2) });
  const [inputs, matrix] = [await x.data(), await weights().data()];
  await closeTo(why.values, { shape: [1, 4], values: inputs.map((value, i) => value * (matrix[5 * i + 2] ?? 0)) });
  expect(why.convergenceDelta?.[0]).toBeCloseTo(0, 5);
  why.dispose();
});

test('gives each of several inputs its own, together all of the score', async () => {
  const model = (a: Tensor, b: Tensor) =>
    matMul(
      add(relu(matMul(a as Tensor2D, seeded(1, [3, 4]) as Tensor2D)), b) as Tensor2D,
      seeded(2, [4, 1]) as Tensor2D,
    );
  const [a, b] = [seeded(3, [2, 3]), seeded(4, [2, 4])];
  const why = await attribute(model, [a, b], { method: lrp() });
  expect(why.values.map(({ shape }) => shape)).toEqual([
    [2, 3],
    [2, 4],
  ]);
  for (const delta of why.convergenceDelta ?? [Number.NaN]) expect(delta).toBeCloseTo(0, 4);
  why.dispose();
});

test('gives the same a second time, on a model that keeps its changed weights', async () => {
  const toy = convolutionToy();
  const model = await prepare(toy.model);
  const x = seeded(5, [2, ...toy.inputShape]);
  const bits: Float32Array[] = [];
  for (let time = 0; time < 3; time++) {
    const why = await attribute(model, x, { method: lrp({ composite: 'epsilonAlpha2Beta1Flat' }), target: 1 });
    bits.push(Float32Array.from(await why.values.data()));
    why.dispose();
  }
  expect(bits[1]).toEqual(bits[0]);
  expect(bits[2]).toEqual(bits[0]);
  model.dispose();
  toy.dispose();
});

test('takes a softmax that is the model’s last word for an activation: the logit gets the probability', async () => {
  const model = (x: Tensor) => softmax(matMul(x as Tensor2D, seeded(1, [4, 3]) as Tensor2D));
  const logits = (x: Tensor) => matMul(x as Tensor2D, seeded(1, [4, 3]) as Tensor2D);
  const x = seeded(2, [1, 4]);
  const why = await attribute(model, x, { method: lrp(), target: 1 });
  const of = await attribute(logits, x, { method: lrp(), target: 1 });
  const [probability = 0, logit = 1] = [why.score[0], of.score[0]];
  const expected = (await of.values.data()).map((value) => (value / logit) * probability);
  await closeTo(why.values, { shape: [1, 4], values: expected });
  for (const one of [why, of]) one.dispose();
});

describe('an operation without a rule', () => {
  const model = (x: Tensor) => reshape(matMul(round(x) as Tensor2D, seeded(1, [4, 1]) as Tensor2D), [-1, 1]);

  test('is named in a note', async () => {
    const why = await attribute(model, seeded(2, [1, 4]), { method: lrp() });
    expect(why.notes).toContainEqual(expect.stringContaining('no rule for Round'));
    why.dispose();
  });

  test('on complex numbers is an error, as they have no sign', async () => {
    const spectrum = (x: Tensor) => reshape(real(rfft(x)), [-1, 3]);
    await expect(attribute(spectrum, seeded(2, [1, 4]), { method: lrp(), target: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'gradient', message: expect.stringMatching(/kernel Real.*complex/s) }),
    );
  });

  test('is an error that names it, if strict', async () => {
    await expect(attribute(model, seeded(2, [1, 4]), { method: lrp({ strict: true }) })).rejects.toThrow(
      expect.objectContaining({ code: 'gradient', message: expect.stringContaining('Round') }),
    );
  });
});

test('refuses gates that are none of the two', () => {
  expect(() => lrp({ gates: 'none' as 'even' })).toThrow(/gates "none"/); // as data may come
});
