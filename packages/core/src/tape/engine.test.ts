import { engine } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { interior, shadow } from './engine';

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

test('lifting a shadow leaves what somebody laid over it in the meantime', () => {
  const lift = shadow({ readSync: () => 'ours' });
  const over = shadow({ readSync: () => 'theirs' });
  lift();
  expect(interior().readSync({})).toBe('theirs');
  over();
  expect(interior().readSync({})).toBe('ours');
  Reflect.deleteProperty(engine(), 'readSync');
});
