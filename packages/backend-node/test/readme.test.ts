import { getBackend } from '@tensorflow/tfjs-core';
import { onEachBackend } from '@vitrum/testing';
import { expect, test } from 'vitest';

onEachBackend('the example of the README on %s', () => {
  test('runs in TensorFlow', async () => {
    const { squares } = await import('./example');
    expect(Array.from(squares)).toEqual([4, 9]);
    expect(getBackend()).toBe('tensorflow');
  });
}, ['node']);
