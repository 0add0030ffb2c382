import { getKernelsForBackend } from '@tensorflow/tfjs-core';
import { openBackend } from '@vitrum/testing';
import { describeGradients, drawnCases, gradientCases, pullBack } from '@vitrum/testing/internal';
import { describe, expect, test } from 'vitest';
import { gradients } from '.';
import { ZERO } from './rule';
import { reasonAgainst, unsupportedKernels } from './unsupported';
import { zeroGradients } from './zero';

describeGradients(gradients, gradientCases, undefined, drawnCases);

test('every rule that is not zero by nature is checked against finite differences', () => {
  const unchecked = Object.keys(gradients).filter((kernel) => !gradientCases[kernel] && !zeroGradients[kernel]);
  expect(unchecked).toEqual([]);
});

test('a rule that is zero by nature says so for every input', () => {
  const node = { kernel: 'Greater', index: 0, attrs: {}, names: ['a', 'b'], inputs: [], outputs: [] };
  const signals = zeroGradients['Greater']?.({ ...node, producer: () => undefined, dependsOnPut: () => true }, [], {
    weights: { of: (weight) => weight, dispose: () => undefined },
    gradients,
    has: () => true,
  });
  expect(signals).toEqual({ a: ZERO, b: ZERO });
});

describe('every kernel of the cpu backend', () => {
  const kinds: Readonly<Record<string, ReadonlySet<string>>> = {
    'has a rule': new Set(Object.keys(gradients).filter((kernel) => !zeroGradients[kernel])),
    'is zero by nature': new Set(Object.keys(zeroGradients)),
    'is unsupported for a reason': new Set(Object.keys(unsupportedKernels)),
  };

  test('has a rule, or is zero by nature, or is unsupported for a reason', async () => {
    await openBackend('cpu');
    const kernels = getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
    expect(kernels.length).toBeGreaterThan(150);
    for (const kernel of kernels) {
      const kindsOfKernel = Object.keys(kinds).filter((kind) => kinds[kind]?.has(kernel));
      expect(kindsOfKernel, kernel).toHaveLength(1);
    }
  });

  test('has a rule for each input that can carry a signal, or a reason why not', async () => {
    await openBackend('cpu');
    for (const [kernel, cases] of Object.entries(gradientCases)) {
      const tried = new Set<string>();
      for (const example of cases) {
        const given = Object.keys(example.inputs).join();
        if (example.except?.cpu || tried.has(given)) continue;
        tried.add(given);
        const named = await pullBack(kernel, example, [], gradients);
        const missing = Object.entries(example.inputs)
          .filter(([, { dtype }]) => dtype === 'float32' || dtype === 'complex64')
          .map(([input]) => input)
          .filter((input) => !named.has(input) && reasonAgainst(kernel, input) === undefined);
        expect(missing, `inputs of ${kernel}`).toEqual([]);
      }
    }
  });
});
