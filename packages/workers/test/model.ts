import * as tf from '@tensorflow/tfjs-core';
import { tap } from '@vitrum/core';

/** Numbers without rhyme or reason, the same everywhere. */
export const numbers = <R extends tf.Rank = tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> => {
  const size = tf.util.sizeFromShape(shape);
  let state = seed * 7919 + 1;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x40000000 - 1;
  };
  return tf.tensor<R>(Float32Array.from({ length: size }, next), shape);
};

/** A small network of pictures [n, 9, 9, 2], given its 5 classes and how much of the second input counts. */
export const network = (picture: tf.Tensor, further?: tf.Tensor): tf.Tensor => {
  const first = tf.relu(tf.conv2d(picture as tf.Tensor4D, numbers<tf.Rank.R4>([3, 3, 2, 4], 1), 1, 'same'));
  const features = tap('features', first);
  const pooled = tf.avgPool(features as tf.Tensor4D, 3, 3, 'valid');
  const logits = tf.matMul(tf.reshape(pooled, [-1, 36]), numbers<tf.Rank.R2>([36, 5], 2));
  return further ? tf.add(logits, tf.sin(tf.matMul(further, numbers<tf.Rank.R2>([3, 5], 3)))) : logits;
};

/** One that answers a little otherwise. */
export const another: typeof network = (picture, further) => tf.mul(network(picture, further), 1.5);

export const loadModel = async (): Promise<typeof network> => network;
