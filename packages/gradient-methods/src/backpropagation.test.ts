import { mul, sum, type Tensor, tanh, tensor } from '@tensorflow/tfjs-core';
import { attribute, type RuleSet } from '@vitrum/core';
import { closeTo, describeMethod, openBackend } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { backpropagation } from './backpropagation';

const rules: RuleSet = {
  seed: 'one',
  unfuse: true,
  rule: ({ kernel }) => (kernel === 'Tanh' ? (_, signals) => signals : undefined),
};

describeMethod('backpropagation', () => backpropagation({ rules }));
describeMethod('backpropagation against a reference', () =>
  backpropagation({ rules, against: 'reference', multiplyByInputs: true }),
);

beforeAll(() => openBackend('cpu'));

const weights = [2, -3, 4];
const model = (x: Tensor): Tensor => sum(mul(tanh(x), weights), 1, true);
const x = () => tensor([[1, 2, 3]]);

test('follows the rules it is given', async () => {
  const why = await attribute(model, x(), { method: backpropagation({ rules }) });
  await closeTo(why.values, { shape: [1, 3], values: weights });
  why.dispose();
});

test('multiplies by the inputs, or by their distance from the baseline', async () => {
  const method = backpropagation({ rules, multiplyByInputs: true });
  const products = await attribute(model, x(), { method });
  await closeTo(products.values, { shape: [1, 3], values: [2, -6, 12] });
  expect(products.convergenceDelta).toBeUndefined();
  const against = backpropagation({ rules, against: 'reference', multiplyByInputs: true });
  const differences = await attribute(model, x(), { method: against, baseline: 1 });
  await closeTo(differences.values, { shape: [1, 3], values: [0, -3, 8] });
  expect(differences.convergenceDelta?.[0]).toBeCloseTo(
    5 - weights.reduce((total, w, i) => total + w * (Math.tanh(i + 1) - Math.tanh(1)), 0),
    5,
  );
  for (const one of [products, differences]) one.dispose();
});

test('shows rules what they compare with', async () => {
  const rescale: RuleSet = {
    ...rules,
    rule: ({ kernel }) =>
      kernel === 'Tanh'
        ? (node, [dy], plain) => [...plain({ signals: [mul(dy as Tensor, 2)], ...node.reference })]
        : undefined,
  };
  const why = await attribute(model, x(), { method: backpropagation({ rules: rescale, against: 'reference' }) });
  // The gradient of tanh from its output on the baseline, where it is 1.
  await closeTo(why.values, { shape: [1, 3], values: weights.map((w) => 2 * w) });
  why.dispose();
});

test('refuses what its rules do not cover only if it is strict', async () => {
  const partial: RuleSet = { ...rules, covers: ({ kernel }) => kernel !== 'Multiply' };
  const why = await attribute(model, x(), { method: backpropagation({ rules: partial }) });
  expect(why.notes).toEqual(['There is no rule for Multiply: its plain gradient was used.']);
  why.dispose();
  const strict = backpropagation({ rules: partial, strict: true });
  await expect(attribute(model, x(), { method: strict })).rejects.toThrow('kernel Multiply');
  const strictSet = backpropagation({ rules: { ...partial, strict: true } });
  await expect(attribute(model, x(), { method: strictSet })).rejects.toThrow('kernel Multiply');
});

test('waits until its rules have loaded what the recorded operations need', async () => {
  const seen: string[] = [];
  const late: RuleSet = {
    ...rules,
    async prepare(nodes) {
      await Promise.resolve();
      seen.push(...nodes.map(({ kernel }) => kernel));
    },
    rule(node) {
      expect(seen).toContain(node.kernel);
      return rules.rule(node);
    },
  };
  const why = await attribute(model, x(), { method: backpropagation({ rules: late }) });
  await closeTo(why.values, { shape: [1, 3], values: weights });
  expect(seen).toEqual(expect.arrayContaining(['Tanh', 'Multiply', 'Sum']));
  why.dispose();
});
