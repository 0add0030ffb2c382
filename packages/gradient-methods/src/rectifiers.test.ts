import {
  add,
  clipByValue,
  customGrad,
  fused,
  matMul,
  maximum,
  minimum,
  mul,
  relu,
  relu6,
  sum,
  type Tensor,
  type Tensor2D,
  tanh,
  tensor,
} from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import { closeTo, describeMethod, openBackend, seeded } from '@vitrum/testing';
import { own } from '@vitrum/testing/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import { compose, type Element, type Stage, slowBackward } from '../test/slow-network';
import { deconvolution } from './deconvolution';
import { gradient } from './gradient';
import { guidedBackprop } from './guided-backprop';

describeMethod('guidedBackprop', guidedBackprop);
describeMethod('deconvolution', deconvolution);

beforeAll(() => openBackend('cpu'));

const methods = { guidedBackprop, deconvolution };
/** The rules, an element at a time. */
const rules: Record<keyof typeof methods, (element: Element) => number> = {
  guidedBackprop: ({ signal, slope }) => Math.max(0, signal * slope),
  deconvolution: ({ signal }) => Math.max(0, signal),
};

const dense = (seed: number, inputs: number, outputs: number): Stage => ({
  kind: 'linear',
  run: (x) => add(matMul(x as Tensor2D, seeded(seed, [inputs, outputs]) as Tensor2D), seeded(seed + 50, [outputs])), // two dims each
});
const rectifier = (run: Stage['run'], cap = Number.POSITIVE_INFINITY): Stage => ({
  kind: 'pointwise',
  run,
  f: (x) => Math.min(cap, Math.max(0, x)),
  slope: (x) => (x > 0 && x < cap ? 1 : 0),
});
const bend: Stage = { kind: 'pointwise', run: tanh, f: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 };

/** The same network, its first rectifier written in another way. */
const network = (first: Stage): Stage[] => [
  dense(1, 5, 8),
  { kind: 'linear', run: (x) => mul(x, 4) },
  first,
  dense(2, 8, 7),
  bend,
  dense(3, 7, 6),
  rectifier(relu),
  dense(4, 6, 3),
];

const zero = () => tensor([0, 0, 0, 0, 0, 0, 0, 0]);
const written: Readonly<Record<string, Stage>> = {
  'relu(x)': rectifier(relu),
  'max(x, 0)': rectifier((x) => maximum(x, 0)),
  'max(0, x)': rectifier((x) => maximum(0, x)),
  'max(x, zeros)': rectifier((x) => maximum(x, zero())),
  'relu6(x)': rectifier(relu6, 6),
  'clip(x, 0, 6)': rectifier((x) => clipByValue(x, 0, 6), 6),
  'clip(relu(x), 0, 6)': rectifier((x) => clipByValue(relu(x), 0, 6), 6),
  'min(relu(x), 6)': rectifier((x) => minimum(relu(x), 6), 6),
  'min(6, relu(x))': rectifier((x) => minimum(6, relu(x)), 6),
  'min(max(x, 0), 6)': rectifier((x) => minimum(maximum(x, 0), 6), 6),
  'clip(x, 0, 1)': rectifier((x) => clipByValue(x, 0, 1), 1),
};

describe.each(Object.entries(methods))('%s is its rule on the Jacobian of every layer,', (name, method) => {
  test.each(Object.entries(written))('with a rectifier written %s', async (_, first) => {
    const stages = network(first);
    const [x, model] = [seeded(9, [1, 5]), compose(stages)];
    const why = await attribute(model, x, { method: method(), target: 1 });
    const numbers = Float32Array.from(await x.data());
    const rule = rules[name as keyof typeof methods]; // `describe.each` widens the key
    const expected = await slowBackward(stages, [5], { x: numbers, reference: numbers, target: 1 }, (element, i) =>
      stages[i] === bend ? element.signal * element.slope : rule(element),
    );
    await closeTo(why.values, { shape: [1, 5], values: expected });
    const plain = await attribute(model, x, { method: gradient(), target: 1 });
    await expect(closeTo(plain.values, { shape: [1, 5], values: expected })).rejects.toThrow();
    expect(why.notes).toEqual([]);
    for (const one of [why, plain]) one.dispose();
  });

  test('with a rectifier inside a fused kernel', async () => {
    const [a, b] = [seeded(1, [5, 4]) as Tensor2D, seeded(2, [4, 3]) as Tensor2D]; // two dims each
    const fusedModel = (x: Tensor) =>
      matMul(fused.matMul({ a: x as Tensor2D, b: a, bias: tensor([1, 2, -1, 0]), activation: 'relu' }), b);
    const model = (x: Tensor) => matMul(relu(add(matMul(x as Tensor2D, a), tensor([1, 2, -1, 0]))), b);
    const x = seeded(3, [2, 5]);
    const [one, other] = [
      own((await attribute(fusedModel, x, { method: method(), target: 2 })).values),
      own((await attribute(model, x, { method: method(), target: 2 })).values),
    ];
    await closeTo(one, other);
  });

  const others: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    'a hard sigmoid': (x) => clipByValue(add(0.5, mul(0.2, x)), 0, 1),
    'a maximum with another number': (x) => maximum(x, 0.3),
    'the minimum of a maximum with another number': (x) => minimum(maximum(x, -0.3), 0.3),
    'a clip from another number': (x) => clipByValue(x, -0.5, 0.5),
    'a maximum of two that change': (x) => maximum(x, mul(x, -0.5)),
  };
  test.each(Object.entries(others))('and nothing but the gradient at %s', async (_, f) => {
    const x = tensor([[-2, -0.4, 0.2, 0.4, 2]]);
    const model = (x: Tensor) => sum(mul(f(x), [[1, -1, -1, 1, -1]]), 1, true);
    const [one, other] = [
      own((await attribute(model, x, { method: method() })).values),
      own((await attribute(model, x, { method: gradient() })).values),
    ];
    await closeTo(one, other, { absolute: 0, relative: 0 });
  });

  test('where a maximum is with 0, and the gradient where it is not', async () => {
    const model = (x: Tensor) => sum(mul(maximum(x, [[0, 0, -3, 0]]), [[1, -1, -1, 1]]), 1, true);
    const why = await attribute(model, tensor([[2, 3, 4, -5]]), { method: method() });
    await closeTo(why.values, { shape: [1, 4], values: [1, 0, -1, name === 'deconvolution' ? 1 : 0] });
    why.dispose();
  });

  test('and notes a model without a rectifier, which strict refuses', async () => {
    const x = seeded(3, [1, 4]);
    const why = await attribute(tanh, x, { method: method(), target: 0 });
    expect(why.notes).toEqual([expect.stringContaining('No ReLU')]);
    why.dispose();
    await expect(attribute(tanh, x, { method: method({ strict: true }), target: 0 })).rejects.toMatchObject({
      code: 'gradient',
      message: expect.stringContaining('without a ReLU'),
    });
  });

  test('and notes a gradient that the model brings, which strict refuses', async () => {
    const op = customGrad((x) => ({ value: relu(x as Tensor), gradFunc: (dy: Tensor) => dy }));
    const model = (x: Tensor) => op(relu(x));
    const x = seeded(3, [1, 4]);
    const why = await attribute(model, x, { method: method(), target: 0 });
    expect(why.notes).toEqual(['There is no rule for customGrad: its plain gradient was used.']);
    why.dispose();
    await expect(attribute(model, x, { method: method({ strict: true }), target: 0 })).rejects.toThrow('customGrad');
  });
});
