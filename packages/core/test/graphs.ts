import type * as tf from '@tensorflow/tfjs';
import { tensor } from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { type AttributeOptions, attribute } from '../src/index';
import { shadows } from './tensors';

const loaded: tf.GraphModel[] = [];

/** The model, disposed by `disposeGraphs`. */
export const kept = (model: tf.GraphModel): tf.GraphModel => {
  loaded.push(model);
  return model;
};

/** Disposes the models of a test, and expects that nothing was left on the engine. */
export function disposeGraphs(): void {
  for (const model of loaded.splice(0)) model.dispose();
  expect(shadows()).toEqual([]);
}

/** The values of one attribution, which live until the test ends. */
export async function valuesOf(model: tf.GraphModel, x: tf.Tensor, options: AttributeOptions): Promise<tf.Tensor> {
  const why = await attribute(model, x, options);
  const copy = tensor(await why.values.data(), why.values.shape);
  why.dispose();
  return copy;
}
