import { getBackend } from '@tensorflow/tfjs-core';
import { useBackend } from '@vitrum/core';
import { expect, test } from 'vitest';
import { cpu } from './cpu';

test('opens the plain JavaScript backend, and may be opened again', async () => {
  await useBackend(cpu());
  await useBackend(cpu());
  expect(getBackend()).toBe('cpu');
});
