import { ZERO } from '@vitrum/core';
import { gradients } from '@vitrum/core/gradients';
import { expect, test } from 'vitest';
import { kindOf } from './kinds';

/** Kernels with a gradient and without a relevance rule, each with the reason. */
const unruled: Readonly<Record<string, string>> = {
  SquaredDifference: 'of two values that both count: neither a sum nor a product; in a variance it is held constant',
  Mod: 'a remainder: neither linear nor one-to-one',
  Atan2: 'an angle: no term of it is a contribution',
  Prod: 'of many factors: how a product of many is shared out, no paper says',
  Cumprod: 'the same',
  ...Object.fromEntries(
    ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'].map((kernel) => [
      kernel,
      'a complex z has no sign to move from 0',
    ]),
  ),
};

test('every kernel that has a gradient has a relevance rule, or a reason why not', () => {
  const node = { index: 0, attrs: {}, names: ['x'], inputs: [], outputs: [], producer: () => undefined };
  const isFlat = (kernel: string) => {
    const tools = { weights: { of: (weight: never) => weight, dispose: () => undefined }, gradients, has: () => true };
    try {
      return gradients[kernel]?.({ ...node, kernel, dependsOnPut: () => true }, [], tools).x === ZERO;
    } catch {
      return false; // it wants outputs, so it looks at what it differentiates
    }
  };
  const without = Object.keys(gradients).filter((kernel) => !isFlat(kernel) && !kindOf(kernel));
  expect(without.sort()).toEqual(Object.keys(unruled).sort());
});
