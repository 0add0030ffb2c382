import { tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { onEachBackend, openBackend } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import type { GraphNode } from './saved-model';
import { openSession } from './session';

const suite = () => {
  beforeAll(() => openBackend('node'));
  const answer = async (inputs: Record<string, { shape: number[]; data: number[] }>, nodes: GraphNode[]) => {
    const session = openSession(Object.keys(inputs), nodes);
    const y = tidy(() => session.run(Object.values(inputs).map(({ shape, data }) => tensor(data, shape))));
    const result = { shape: y.shape, data: [...(await y.data())] };
    y.dispose();
    return result;
  };

  test('takes its inputs in their order and gives the output of its last operation', async () => {
    const inputs = { a: { shape: [2], data: [7, 8] }, b: { shape: [2], data: [1, 2] } };
    const difference = { name: 'difference', operation: 'Sub', inputs: ['a', 'b'] };
    const squared = { name: 'squared', operation: 'Square', inputs: ['difference'] };
    expect((await answer(inputs, [difference])).data).toEqual([6, 6]);
    expect((await answer(inputs, [difference, squared])).data).toEqual([36, 36]);
  });

  test('hands on attributes that are fractions, truths, words and whole numbers of any size', async () => {
    const x = { x: { shape: [2], data: [-4, 4] } };
    const leaky = { name: 'y', operation: 'LeakyRelu', inputs: ['x'], attributes: { alpha: 0.25 } };
    expect((await answer(x, [leaky])).data).toEqual([-1, 4]);

    const matrices = { a: { shape: [2, 1], data: [1, 2] }, b: { shape: [2, 1], data: [3, 4] } };
    const product = (adj_x: boolean) => {
      const attributes = { adj_x, adj_y: !adj_x };
      return [{ name: 'y', operation: 'BatchMatMulV2', inputs: ['a', 'b'], attributes }];
    };
    expect(await answer(matrices, product(true))).toEqual({ shape: [1, 1], data: [11] });
    expect(await answer(matrices, product(false))).toEqual({ shape: [2, 2], data: [3, 4, 6, 8] });

    const picture = { x: { shape: [1, 1, 1, 1], data: [5] }, filter: { shape: [1, 1, 1, 1], data: [1] } };
    const attributes = {
      strides: [1, 1, 1, 1],
      padding: 'EXPLICIT',
      explicit_paddings: [0, 0, 0, 0, 300, 17000, 0, 0],
    };
    const { shape, data } = await answer(picture, [
      { name: 'y', operation: 'Conv2D', inputs: ['x', 'filter'], attributes },
    ]);
    expect(shape).toEqual([1, 1, 17301, 1]);
    expect(data.indexOf(5)).toBe(300);
  });

  test('is an error that names what TensorFlow does not know', async () => {
    const unknown = { name: 'y', operation: 'Perceive', inputs: ['x'] };
    expect(() => openSession(['x'], [unknown])).toThrow(/Perceive/);
    expect(() => openSession(['x'], [])).toThrow('a graph needs an operation');
  });

  test('keeps nothing of what it was given and gave', async () => {
    const session = openSession(['x'], [{ name: 'y', operation: 'Neg', inputs: ['x'] }]);
    const x = tensor1d(new Float32Array(1 << 20));
    const run = (times: number) => {
      for (let i = 0; i < times; i++) session.run([x]).dispose();
      return process.memoryUsage.rss();
    };
    const before = run(20);
    // One tensor has 4 MiB.
    expect(run(100) - before).toBeLessThan(100 * (4 << 20) * 0.2);
  });
};

onEachBackend('a graph of TensorFlow on %s', suite, ['node']);
