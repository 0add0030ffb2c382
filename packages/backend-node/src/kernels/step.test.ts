import { step, tensor1d } from '@tensorflow/tfjs-core';
import { onEachBackend, openBackend } from '@vitrum/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { native } from '../native';

const suite = () => {
  beforeAll(() => openBackend('node'));

  test.each([0, -1, 0.3, 2])('is 1 where x is positive and %d elsewhere, to the last bit', async (alpha) => {
    const positive = [1e-30, 0.5, 3, Number.POSITIVE_INFINITY];
    const others = [0, -0, -1e-30, -2, Number.NEGATIVE_INFINITY];
    const y = step(tensor1d([...positive, ...others]), alpha);
    expect([...(await y.data())]).toEqual([
      ...positive.map(() => 1),
      ...others.map(() => expect.closeTo(Math.fround(alpha), 12)),
    ]);
  });

  test('keeps what is no number', async () => {
    for (const alpha of [0, -1])
      expect([...(await step(tensor1d([Number.NaN, 1]), alpha).data())]).toEqual([Number.NaN, 1]);
  });

  test('is one run of TensorFlow', async () => {
    const x = tensor1d([1, -1]);
    step(x, -1); // loads the graph
    const graph = vi.spyOn(native(), 'runSavedModel');
    const alone = vi.spyOn(native() as unknown as { executeSingleOutput(): unknown }, 'executeSingleOutput');
    step(x, -1);
    expect([graph.mock.calls.length, alone.mock.calls.length]).toEqual([1, 0]);
    for (const spy of [graph, alone]) spy.mockRestore();
  });
};

onEachBackend('Step on %s', suite, ['node']);
