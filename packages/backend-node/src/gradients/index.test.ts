import { gradients } from '@vitrum/core/gradients';
import { onEachBackend, openBackend } from '@vitrum/testing';
import {
  describeGradients,
  drawnCases,
  floats,
  gradientCases,
  type KernelCase,
  pullBack,
} from '@vitrum/testing/internal';
import { beforeAll, expect, test } from 'vitest';
import { nodeGradients } from '.';

// The rules in use here: core's that are not replaced call kernels of this backend too.
describeGradients({ ...gradients, ...nodeGradients }, gradientCases, ['node'], drawnCases);

test('every rule is checked against finite differences', () => {
  expect(Object.keys(nodeGradients).filter((kernel) => !gradientCases[kernel])).toEqual([]);
});

const kinks = () => {
  beforeAll(() => openBackend('node'));
  const at = async (kernel: string, x: number[], attrs: KernelCase['attrs'] = {}) => {
    const inputs = { x: floats([x.length], x) };
    const signals = await pullBack(kernel, { inputs, attrs }, [x.map(() => 1)], nodeGradients);
    return [...(signals.get('x') ?? [])].map((value) => value + 0);
  };

  test('a rectifier passes nothing at its kinks, and all next to them', async () => {
    expect(await at('Relu', [-1, 0, 1e-30, 1])).toEqual([0, 0, 1, 1]);
    expect(await at('Relu6', [0, 1e-30, 3, 6 - 2 ** -21, 6, 7])).toEqual([0, 1, 1, 1, 0, 0]);
  });

  test('a leaky rectifier has its lower slope at 0', async () => {
    expect(await at('LeakyRelu', [-1, 0, 1], { alpha: 0.5 })).toEqual([0.5, 0.5, 1]);
    expect(await at('LeakyRelu', [-1, 0, 1], { alpha: -0.5 })).toEqual([-0.5, -0.5, 1]);
    expect(await at('Elu', [0, 1])).toEqual([1, 1]);
  });

  const pool = async (x: number[], [height, width]: [number, number], attrs: object, dy: number[]) => {
    const inputs = { x: floats([1, height, width, 1], x) };
    const signals = await pullBack('MaxPool', { inputs, attrs: { ...attrs } }, [dy], nodeGradients);
    return [...(signals.get('x') ?? [])];
  };

  test('the first of equal maxima in reading order takes the signal, in each window; padding never', async () => {
    const apart = { filterSize: 2, strides: 2, pad: 'valid' };
    expect(await pool([1, 3, 3, 3], [2, 2], apart, [7])).toEqual([0, 7, 0, 0]);
    expect(await pool([0, 0, 0, 0], [2, 2], apart, [7])).toEqual([7, 0, 0, 0]);
    const overlapping = { filterSize: [1, 2], strides: 1, pad: 'valid' };
    expect(await pool([2, 2, 2], [1, 3], overlapping, [3, 5])).toEqual([3, 5, 0]);
    const padded = { filterSize: 3, strides: 1, pad: 'same' };
    expect(await pool([-5, -4, -3, -9], [2, 2], padded, [1, 2, 3, 4])).toEqual([0, 0, 10, 0]);
  });
};

onEachBackend('where a function has no derivative, on %s', kinks, ['node']);
