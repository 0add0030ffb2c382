import { tensor } from '@tensorflow/tfjs-core';
import { closeTo, onEachBackend, openBackend } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { interpolate } from './interpolate';

onEachBackend('interpolation on %s', (backend) => {
  beforeAll(() => openBackend(backend));

  test('nearest takes element ⌊i · in / out⌋', async () => {
    const map = tensor([1, 2, 3], [1, 1, 3, 1]);
    const wide = interpolate(map, [1, 7]);
    await closeTo(wide, { shape: [1, 1, 7, 1], values: Float32Array.of(1, 1, 1, 2, 2, 3, 3) });
    map.dispose();
    wide.dispose();
  });

  test('bilinear has half-pixel centres and is clamped at the border', async () => {
    const map = tensor([0, 1], [1, 1, 2, 1]);
    const wide = interpolate(map, [1, 4], { mode: 'bilinear' });
    await closeTo(wide, { shape: [1, 1, 4, 1], values: Float32Array.of(0, 0.25, 0.75, 1) });
    expect(wide.dtype).toBe('float32');
    map.dispose();
    wide.dispose();
  });
});
