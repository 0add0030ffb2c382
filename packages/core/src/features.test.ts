import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { values } from '../test/tensors';
import { everyElement, type Features, groupsOf, resolveFeatures, spreadOver } from './features';

beforeAll(() => tf.setBackend('cpu'));

const like = () => [tf.zeros([2, 3]), tf.zeros([2, 2])];
const disposed = () => {
  const one = mask([1, 1, 1]);
  one.dispose();
  return one;
};
const mask = (...ids: number[][]) => tf.tensor2d(ids, undefined, 'int32');

describe('features', () => {
  test('are by default every element, counted on from tensor to tensor', async () => {
    const groups = await resolveFeatures(undefined, like());
    expect(groups).toEqual({ of: [Int32Array.of(0, 1, 2), Int32Array.of(3, 4)], count: 5, perExample: false });
    expect(groups).toEqual(everyElement(like()));
  });

  test('lose the gaps between their numbers and keep their order, across tensors too', async () => {
    const groups = await resolveFeatures([mask([7, -2, 7]), mask([30, 7])], like());
    expect(groups).toEqual({ of: [Int32Array.of(1, 0, 1), Int32Array.of(2, 1)], count: 3, perExample: false });
  });

  test('may have numbers that float32 does not hold', async () => {
    const groups = await resolveFeatures([mask([16777216, 16777217, 0]), mask([0, 0])], like());
    expect(groups.count).toBe(3);
  });

  test('may be named like the inputs, broadcast, and be whole numbers of type float32', async () => {
    const groups = await resolveFeatures({ b: tf.scalar(4), a: tf.tensor1d([1, 2, 1]) }, like(), ['a', 'b']);
    expect(groups.of).toEqual([Int32Array.of(0, 1, 0), Int32Array.of(2, 2)]);
  });

  test('are those of each example where one mask has a row for each', async () => {
    const groups = await resolveFeatures([mask([0, 0, 1], [1, 0, 0]), mask([5, 5])], like());
    expect(groups).toEqual({
      of: [Int32Array.of(0, 0, 1, 1, 0, 0), Int32Array.of(2, 2, 2, 2)],
      count: 3,
      perExample: true,
    });
    expect(groupsOf(groups, 2, Int32Array.of(1, 1, 0)).of).toEqual([
      Int32Array.of(1, 0, 0, 1, 0, 0, 0, 0, 1),
      Int32Array.of(2, 2, 2, 2, 2, 2),
    ]);
    const spread = spreadOver(groups, like(), [10, 11, 12, 20, 21, 22]);
    expect(await Promise.all(spread.map(values))).toEqual([
      [10, 10, 11, 21, 20, 20],
      [12, 12, 22, 22],
    ]);
    tf.dispose(spread);
  });

  const wrong: Record<string, [() => Features, RegExp]> = {
    'one mask for two tensors': [() => mask([1, 1, 1]), /one mask.*one for each of the 2/],
    'three masks for two tensors': [() => [mask([1]), mask([1]), mask([1])], /3 masks.*2, one for each/],
    'a shape that does not broadcast': [() => [mask([1, 2]), mask([1, 2])], /shape \[1,2\] for "0".*\[2,3\]/],
    'three rows for two examples': [() => [mask([1], [1], [1]), mask([1])], /shape \[3,1\]/],
    'half a feature': [() => [tf.tensor1d([0.5, 1, 1]), mask([1])], /0.5 in a mask.*whole numbers/],
    'no tensor': [() => [1 as unknown as tf.Tensor, mask([1])], /Got number as features/],
    'a disposed mask': [() => [disposed(), mask([1])], /disposed/],
    'names where there are none': [() => ({ a: mask([1]) }), /masks named "a".*no names/],
  };
  test.each(Object.entries(wrong))('cannot be %s', async (_, [features, message]) => {
    await expect(resolveFeatures(features(), like())).rejects.toThrow(
      expect.objectContaining({ code: 'features', message: expect.stringMatching(message) }),
    );
  });

  test('must be named like the inputs, all of them', async () => {
    await expect(resolveFeatures({ a: mask([1]), c: mask([1]) }, like(), ['a', 'b'])).rejects.toThrow(
      /masks named "a", "c".*each of "a", "b"/,
    );
  });
});
