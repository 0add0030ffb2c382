import { onEachBackend, openBackend } from '@vitrum/testing';
import { floats, type KernelCase, pullBack } from '@vitrum/testing/internal';
import { beforeAll, expect, test } from 'vitest';
import { gradients } from '.';

onEachBackend('max pooling on %s', (backend) => {
  beforeAll(() => openBackend(backend));
  const pool = async (
    x: number[],
    [height, width]: [number, number],
    attrs: KernelCase['attrs'] & object,
    dy: number[],
  ) => {
    const signals = await pullBack(
      'MaxPool',
      { inputs: { x: floats([1, height, width, 1], x) }, attrs },
      [dy],
      gradients,
    );
    return [...(signals.get('x') ?? [])];
  };

  test('the first of equal maxima in reading order takes the signal', async () => {
    expect(await pool([1, 3, 3, 3], [2, 2], { filterSize: 2, strides: 2, pad: 'valid' }, [7])).toEqual([0, 7, 0, 0]);
    expect(await pool([0, 0, 0, 0], [2, 2], { filterSize: 2, strides: 2, pad: 'valid' }, [7])).toEqual([7, 0, 0, 0]);
  });

  test('overlapping windows with equal maxima each choose their own first', async () => {
    const signals = await pool([2, 2, 2], [1, 3], { filterSize: [1, 2], strides: 1, pad: 'valid' }, [3, 5]);
    expect(signals).toEqual([3, 5, 0]);
  });

  test('padding never wins, even where all inputs are negative', async () => {
    const signals = await pool([-5, -4, -3, -9], [2, 2], { filterSize: 3, strides: 1, pad: 'same' }, [1, 2, 3, 4]);
    expect(signals).toEqual([0, 0, 10, 0]);
  });

  const volume = async (x: number[], shape: number[], attrs: KernelCase['attrs'] & object, dy: number[]) => {
    const signals = await pullBack('MaxPool3D', { inputs: { x: floats(shape, x) }, attrs }, [dy], gradients);
    return [...(signals.get('x') ?? [])];
  };

  test('in a volume planes in front come first', async () => {
    const attrs = { filterSize: 2, strides: 2, pad: 'valid', dataFormat: 'NDHWC' };
    expect(await volume([1, 1, 1, 3, 3, 1, 3, 1], [1, 2, 2, 2, 1], attrs, [7])).toEqual([0, 0, 0, 7, 0, 0, 0, 0]);
    expect(await volume([1, 1, 1, 2, 3, 1, 3, 1], [1, 2, 2, 2, 1], attrs, [7])).toEqual([0, 0, 0, 0, 7, 0, 0, 0]);
  });

  test('a dilation sends its signal to the first of equal sums, and to the entry of the filter there', async () => {
    const inputs = { x: floats([1, 1, 3, 1], [1, 4, 2]), filter: floats([1, 3, 1], [6, 3, 5]) };
    const attrs = { strides: 1, pad: 'valid', dilations: 1 };
    const signals = await pullBack('Dilation2D', { inputs, attrs }, [[5]], gradients);
    expect([...(signals.get('x') ?? [])]).toEqual([5, 0, 0]);
    expect([...(signals.get('filter') ?? [])]).toEqual([5, 0, 0]);
  });
});
