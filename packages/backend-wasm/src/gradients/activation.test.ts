import { setBackend, tensor1d, tidy } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { describe, expect, it } from 'vitest';
import { expectSameGradient } from '../../test/on-both';
import { throughClip, throughRelu6 } from './activation';

describe('a mask', () => {
  it('is that of the generic rule', async () => {
    const inputs = { x: [2, 5, 7] };
    await expectSameGradient({ kernel: 'Relu6', inputs, attrs: {} });
    await expectSameGradient({ kernel: 'ClipByValue', inputs, attrs: { clipValueMin: -1, clipValueMax: 2 } });
  });

  it('of relu6 is exact up to the smallest number above 0 and the greatest below 6', async () => {
    await setBackend('wasm');
    const edges = [0, 1.4e-45, 1e-38, 1e-20, 3, 6 - 2 ** -21, 6];
    const mask = tidy(() => throughRelu6(tensor1d(edges.map(() => 1)), tensor1d(edges)));
    expect([...(await mask.data())]).toEqual([0, 1, 1, 1, 1, 1, 0]);
    mask.dispose();
  });

  it('of clipping passes the bounds themselves and nothing beyond, however near', async () => {
    await setBackend('wasm');
    const x = [-1e-45, 0, 1e-45, 1, 1 + 2 ** -23, Number.MAX_VALUE];
    const y = [0, 0, 1e-45, 1, 1, 1];
    const mask = tidy(() => throughClip(tensor1d(x.map(() => 1)), tensor1d(x), tensor1d(y)));
    expect([...(await mask.data())]).toEqual([0, 1, 1, 1, 0, 0]);
    mask.dispose();
  });
});
