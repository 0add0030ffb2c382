import util from 'node:util';
import { getBackend, tensor1d, topk } from '@tensorflow/tfjs-core';
import { useBackend } from '@vitrum/core';
import { describeBackend, onEachBackend } from '@vitrum/testing';
import { expect, test } from 'vitest';
import { node, restoreUtilities } from './node';

const suite = () => {
  describeBackend('node', node);

  test('runs where Node has no util.isNullOrUndefined, which tfjs-node calls', async () => {
    Reflect.deleteProperty(util, 'isNullOrUndefined');
    await useBackend(node());
    expect(getBackend()).toBe('tensorflow');
    const { values } = topk(tensor1d([1, 3, 2]), 2);
    expect([...(await values.data())]).toEqual([3, 2]);
  });
};

onEachBackend('native TensorFlow on %s', suite, ['node']);

test('the functions of node:util that Node took away mean what they meant', () => {
  const utilities: { isArray?: (value: unknown) => boolean; isNullOrUndefined?: (value: unknown) => boolean } = {};
  restoreUtilities(utilities);
  const values = [null, undefined, 0, '', false, [], {}];
  expect(values.map((value) => utilities.isNullOrUndefined?.(value))).toEqual([true, true, ...Array(5).fill(false)]);
  expect(values.map((value) => utilities.isArray?.(value))).toEqual([...Array(5).fill(false), true, false]);
});
