import * as tf from '@tensorflow/tfjs-core';
import {
  type AttributeOptions,
  type AttributionErrorCode,
  attribute,
  type Inputs,
  type ModelLike,
  tap,
} from '@vitrum/core';
import { gradient } from '@vitrum/gradient-methods';

/** A call that cannot be meant. */
export interface WrongCall {
  readonly title: string;
  readonly code: AttributionErrorCode;
  /** What came, as the message must say it. */
  readonly got: RegExp;
  call(tensors: Tensors): Promise<unknown>;
}

/** Tensors that calls use; the test disposes them. */
export interface Tensors {
  /** Two examples of three numbers. */
  readonly x: tf.Tensor;
  /** Any other tensor, made for one call. */
  make(values: number[], shape: number[], dtype?: 'float32' | 'int32' | 'bool'): tf.Tensor;
}

const weights = [1, -2, 0.5, 3, 1, -1];
/** Two classes out of three numbers, with a tap between. */
export const model = (x: tf.Tensor): tf.Tensor => tf.matMul(tap('hidden', tf.tanh(x)), tf.tensor2d(weights, [3, 2]));
/** Two outputs. */
export const twins = (x: tf.Tensor): tf.Tensor[] => [tf.sum(x, 1, true), model(x)];
export const cubes = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(x), [2]);
export const sum = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.add(tf.sum(a, 1, true), tf.sum(b, 1, true));

export type Options = Omit<AttributeOptions, 'method'> & Partial<Pick<AttributeOptions, 'method'>>;
export const explain = (inputs: unknown, options: Options = {}, of: ModelLike = model): Promise<unknown> =>
  // The point of this page is what types would not let through.
  attribute(of, inputs as Inputs, { method: gradient(), target: 0, ...options });
/** What types do not allow. */
export const anything = <T>(value: unknown): T => value as T;
export const later = async (make: () => unknown): Promise<unknown> => make();
