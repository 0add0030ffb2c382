import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tap } from '../src/index';
import { random, values } from './tensors';

export const plain = { uses: [], deterministic: true, rowwise: true } as const;
export const squares = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(x), 1, true);
/** Two classes out of three numbers, with a tap on the way. */
export const network = (x: tf.Tensor): tf.Tensor => {
  const hidden = tap('hidden', tf.tanh(tf.matMul(x, random([3, 4], 11))));
  return tf.matMul(tf.mul(hidden, hidden), random([4, 2], 12));
};
/** ∂(column `i` of the network)/∂x, written out. */
export async function slopes(x: tf.Tensor, i: number): Promise<number[]> {
  const [w1, w2] = [await rows(random([3, 4], 11)), await rows(random([4, 2], 12))];
  return (await rows(x)).flatMap((row) => {
    const hidden = [0, 1, 2, 3].map((h) =>
      Math.tanh(row.reduce((total, value, k) => total + value * (w1[k]?.[h] ?? 0), 0)),
    );
    return row.map((_, k) =>
      hidden.reduce((total, a, h) => total + 2 * a * (1 - a * a) * (w1[k]?.[h] ?? 0) * (w2[h]?.[i] ?? 0), 0),
    );
  });
}
export async function rows(of: tf.Tensor): Promise<number[][]> {
  const data = await values(of);
  const [count = 1] = of.shape;
  return Array.from({ length: count }, (_, i) =>
    data.slice((i * data.length) / count, ((i + 1) * data.length) / count),
  );
}
