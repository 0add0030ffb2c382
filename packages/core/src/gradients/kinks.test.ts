import { onEachBackend, openBackend } from '@vitrum/testing';
import { booleans, floats, integers, type KernelCase, pullBack } from '@vitrum/testing/internal';
import { beforeAll, expect, test } from 'vitest';
import { gradients } from '.';

onEachBackend('where a function has no derivative, on %s', (backend) => {
  beforeAll(() => openBackend(backend));
  const at = async (
    kernel: string,
    inputs: KernelCase['inputs'],
    attrs: KernelCase['attrs'] = {},
    dy: number[] = [1, 1, 1],
  ) => {
    const signals = await pullBack(kernel, { inputs, attrs }, [dy], gradients);
    return Object.fromEntries([...signals].map(([name, signal]) => [name, [...signal].map((value) => value + 0)]));
  };
  const triple = (...data: number[]) => floats([3], data);

  test('a rectifier passes nothing at its kinks', async () => {
    expect(await at('Relu', { x: triple(-1, 0, 1) })).toEqual({ x: [0, 0, 1] });
    expect(await at('Relu6', { x: triple(0, 3, 6) })).toEqual({ x: [0, 1, 0] });
    expect(await at('Abs', { x: triple(-2, 0, 2) })).toEqual({ x: [-1, 0, 1] });
  });

  test('a leaky rectifier has its lower slope at 0', async () => {
    expect(await at('LeakyRelu', { x: triple(-1, 0, 1) }, { alpha: 0.5 })).toEqual({ x: [0.5, 0.5, 1] });
    const prelu = await at('Prelu', { x: triple(-1, 0, 1), alpha: triple(0.5, 0.25, 2) });
    expect(prelu).toEqual({ x: [0.5, 0.25, 1], alpha: [-1, 0, 0] });
    expect(await at('Elu', { x: triple(0, 0, 1) })).toEqual({ x: [1, 1, 1] });
  });

  test('clipping passes the signal at its bounds', async () => {
    const signals = await at('ClipByValue', { x: triple(-1, 0, 2) }, { clipValueMin: -1, clipValueMax: 1 });
    expect(signals).toEqual({ x: [1, 1, 0] });
  });

  test('of two equal numbers the first counts', async () => {
    const inputs = { a: triple(1, 2, 3), b: triple(1, 3, 2) };
    expect(await at('Maximum', inputs)).toEqual({ a: [1, 0, 1], b: [0, 1, 0] });
    expect(await at('Minimum', inputs)).toEqual({ a: [1, 1, 0], b: [0, 0, 1] });
  });

  test('of equal extremes along an axis the first counts', async () => {
    const x = floats([2, 3], [1, 4, 4, 2, 2, 2]);
    expect(await at('Max', { x }, { reductionIndices: 1, keepDims: false }, [5, 7])).toEqual({ x: [0, 5, 0, 7, 0, 0] });
    expect(await at('Min', { x }, { axis: 1, keepDims: true }, [5, 7])).toEqual({ x: [5, 0, 0, 7, 0, 0] });
    const rows = floats([2, 2], [3, 1, 3, 1]);
    expect(await at('Max', { x: rows }, { reductionIndices: [0, 1], keepDims: false }, [9])).toEqual({
      x: [9, 0, 0, 0],
    });
  });

  test('of equal entries the first is the one that is kept', async () => {
    expect(await at('Unique', { x: triple(2, 1, 2) }, { axis: 0 }, [5, 7])).toEqual({ x: [5, 7, 0] });
  });

  test('of values for one place the one that stays there counts', async () => {
    const indices = integers([3, 1], [1, 0, 1]);
    const updates = { tensor: floats([2], [8, 9]), indices, updates: triple(1, 2, 3) };
    expect(await at('TensorScatterUpdate', updates, {}, [5, 7])).toMatchObject({ updates: [0, 5, 7], tensor: [0, 0] });
    if (backend === 'node') return; // it takes no place twice in the next
    const values = { sparseIndices: indices, sparseValues: triple(1, 2, 3), defaultValue: floats([], [4]) };
    expect(await at('SparseToDense', values, { outputShape: [3] }, [5, 7, 11])).toMatchObject({
      sparseValues: [0, 5, 7],
      defaultValue: [11],
    });
  });

  test('the greatest of one is that one', async () => {
    const x = floats([2, 1], [3, 4]);
    expect(await at('Max', { x }, { reductionIndices: 1, keepDims: false }, [5, 7])).toEqual({ x: [5, 7] });
    expect(await at('TopK', { x }, { k: 1, sorted: true }, [5, 7])).toEqual({ x: [5, 7] });
  });

  test('the zeroth power is flat, at 0 too', async () => {
    const signals = await at('Pow', { a: triple(0, 2, -1), b: triple(0, 0, 0) });
    expect(signals).toMatchObject({ a: [0, 0, 0] });
  });

  test('the whole powers of negative numbers have a derivative', async () => {
    const signals = await at('Pow', { a: triple(-2, -1, 3), b: triple(2, 3, 2) });
    expect(signals).toMatchObject({ a: [-4, 3, 6] });
  });

  test('one condition for a row chooses all of it', async () => {
    const rows = { t: floats([2, 2], [1, 2, 3, 4]), e: floats([2, 2], [5, 6, 7, 8]) };
    const signals = await at('Select', { condition: booleans([2], [1, 0]), ...rows }, {}, [1, 2, 3, 4]);
    expect(signals).toEqual({ condition: [0, 0], t: [1, 2, 0, 0], e: [0, 0, 3, 4] });
  });
});
