import { getBackend, square, tensor1d } from '@tensorflow/tfjs-core';
import { useBackend } from '@vitrum/core';
import { describe, expect, it } from 'vitest';
import { wasm } from './wasm';

describe('wasm', () => {
  it('opens in Node without being told where its binaries are', async () => {
    await useBackend(wasm());
    expect(getBackend()).toBe('wasm');
    const x = tensor1d([2, 3]);
    const y = square(x);
    expect([...(await y.data())]).toEqual([4, 9]);
    x.dispose();
    y.dispose();
  });

  it('can be opened again', async () => {
    await useBackend(wasm());
    await useBackend(wasm({ threads: 2 }));
    expect(getBackend()).toBe('wasm');
  });
});
