import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type ModelLike, prepare } from '../index';
import { isPrepared, toModel } from './index';

test('a prepared model is itself', async () => {
  const model = await prepare((x: tf.Tensor) => tf.square(x));
  expect(await toModel(model)).toBe(model);
  expect(isPrepared(model)).toBe(true);
  expect(isPrepared((x: tf.Tensor) => x)).toBe(false);
  model.dispose();
});

test('models are told apart by structure, as a page may hold two copies of TensorFlow.js', async () => {
  const layers = {
    layers: [],
    inputs: [],
    inputNames: [],
    outputNames: [],
    call: () => [],
    predict: () => [],
    getClassName: () => 'Model',
  };
  const graph = {
    inputs: [],
    outputs: [],
    executor: { graph: { nodes: {}, weights: [] } },
    execute() {},
    executeAsync() {},
  };
  expect((await toModel(layers as ModelLike)).kind).toBe('layers');
  expect((await toModel(graph as unknown as ModelLike)).kind).toBe('graph');
  expect((await toModel(tf.square)).kind).toBe('function');
});

test('what is no model is an error that thinks of the promise', async () => {
  const wrong: unknown[] = [null, undefined, 'model.json', {}, Promise.resolve(), tf];
  for (const model of wrong) {
    await expect(toModel(model as ModelLike)).rejects.toThrow(
      expect.objectContaining({ code: 'model', message: expect.stringContaining('Await the loading') }),
    );
  }
});
