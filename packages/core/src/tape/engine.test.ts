import { engine, setBackend, tensor1d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { alias, interior, shadow } from './engine';

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

test('an alias shares the data, and keeps it when the tensor is disposed', async () => {
  await setBackend('cpu');
  const tensor = tensor1d([1, 2]);
  const buffers = engine().state.numDataBuffers;
  const other = alias(tensor);
  expect(engine().state.numDataBuffers).toBe(buffers);
  expect([other.shape, other.dtype, other.dataId === tensor.dataId, other.id === tensor.id]).toEqual([
    [2],
    'float32',
    true,
    false,
  ]);
  tensor.dispose();
  expect([...(await other.data())]).toEqual([1, 2]);
  other.dispose();
  expect(engine().state.numDataBuffers).toBe(buffers - 1);
  expect(() => alias(tensor)).toThrow('disposed');
});
