import '@tensorflow/tfjs-backend-cpu';
import { memory, oneHot, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { createPicture } from '@vitrum/visualization';
import { expect, test } from 'vitest';
import { classify } from './classify';

const photograph = createPicture(224, 224, [200, 100, 50]);

test('tells the likeliest classes with their scores, and holds nothing afterwards', async () => {
  const before = memory().numTensors;
  const predict = (input: Tensor) => {
    expect(input.shape).toEqual([1, 224, 224, 3]);
    const index = tensor1d([282], 'int32');
    const logits = oneHot(index, 1000, 9, 0, 'float32');
    index.dispose();
    return logits;
  };
  const [best] = await classify(photograph, { predict });
  expect(best).toMatchObject({ index: 282, label: 'tiger cat', score: 9 });
  expect(memory().numTensors).toBe(before);
});

test('holds nothing after a network that fails', async () => {
  const before = memory().numTensors;
  const predict = (): Tensor => {
    throw new Error('out of memory');
  };
  await expect(classify(photograph, { predict })).rejects.toThrow('out of memory');
  expect(memory().numTensors).toBe(before);
});
