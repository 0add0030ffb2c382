import { tensor, zeros } from '@tensorflow/tfjs-core';
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

test.each([
  ['a series', [1, 4, 2], [2, 2], 'nearest', /shape \[1,4,2\]/],
  ['no height', [1, 2, 2, 1], [0, 2], 'nearest', /size \[0,2\]/],
  ['half a row', [1, 2, 2, 1], [1.5, 2], 'nearest', /size \[1.5,2\]/],
  ['an unknown mode', [1, 2, 2, 1], [2, 2], 'cubic', /mode cubic/],
] as const)('refuses %s', (_, shape, size, mode, message) => {
  const map = zeros([...shape]);
  // The types do not let the last through.
  expect(() => interpolate(map, size, { mode: mode as 'nearest' })).toThrow(message);
  map.dispose();
});
