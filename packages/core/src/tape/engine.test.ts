import { engine } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { exclusively, interior, shadow } from './engine';

test('a shadow lies over the engine until it is lifted', () => {
  const { readSync } = interior();
  const mine = () => 'mine';
  const lift = shadow({ readSync: mine });
  expect(interior().readSync).toBe(mine);
  lift();
  expect(interior().readSync).toBe(readSync);
  expect(Object.hasOwn(engine(), 'readSync')).toBe(false);
});

test('lifting a shadow brings back what lay there before', () => {
  const below = shadow({ readSync: () => 'below' });
  const above = shadow({ readSync: () => 'above' });
  above();
  expect(interior().readSync({})).toBe('below');
  below();
  expect(Object.hasOwn(engine(), 'readSync')).toBe(false);
});

test('what runs exclusively runs one after the other, in order, and failures keep nobody waiting', async () => {
  const log: number[] = [];
  const job = (id: number) =>
    exclusively(async () => {
      log.push(id);
      await Promise.resolve();
      log.push(id);
      if (id === 1) throw new Error('first');
      return id;
    });
  const results = await Promise.allSettled([job(1), job(2), job(3)]);
  expect(log).toEqual([1, 1, 2, 2, 3, 3]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});
