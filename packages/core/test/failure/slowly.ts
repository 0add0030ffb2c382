import * as tf from '@tensorflow/tfjs';
import { tap } from '../../src/index';
import { random } from '../tensors';

/** A turn for others. */
export const moment = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 1));
const w1 = () => random([5, 4], 11);
export const w2 = (): tf.Tensor => random([4, 3], 12);
/** Two layers with a tanh between. */
export const network = (x: tf.Tensor): tf.Tensor => tf.matMul(tf.tanh(tap('hidden', tf.matMul(x, w1()))), w2());
/** The same, with pauses, and with all freed that it makes, as asynchronous code must. */
export const slowly = async (x: tf.Tensor): Promise<tf.Tensor> => {
  await moment();
  const hidden = tf.tidy(() => tap('hidden', tf.matMul(x, w1())));
  await moment();
  const y = tf.tidy(() => tf.matMul(tf.tanh(hidden), w2()));
  hidden.dispose();
  await moment();
  return y;
};
