import { getBackend } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { squares } from './example';

test('the example of the README runs on wasm', () => {
  expect(Array.from(squares)).toEqual([4, 9]);
  expect(getBackend()).toBe('wasm');
});
