import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type AttributeOptions, attribute, type Batch, defineMethod, type Probe, type Rows, tap } from '../src/index';
import { random, values } from './tensors';

const w1 = (): tf.Tensor => random([3, 4], 11, -2, 2);
const w2 = (): tf.Tensor => random([4, 2], 12, -2, 2);
export const front = (x: tf.Tensor): tf.Tensor => tf.tanh(tf.matMul(x, w1()));
export const back = (hidden: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.add(tf.matMul(tf.sin(hidden), w2()), tf.sum(tf.square(x), 1, true));
/** The second half also sees the input, past the tap. */
export const network = (x: tf.Tensor): tf.Tensor => back(tap('hidden', front(x)), x);
export const column = (y: tf.Tensor, i: number): tf.Tensor => tf.slice(y, [0, i], [-1, 1]);

/** What `ask` gets from the probe of a call. What it returns is tensors of the test's own. */
export async function asked<T>(
  options: Partial<AttributeOptions>,
  ask: (probe: Probe) => Promise<T>,
  x: tf.Tensor = random([3, 3]),
  model: (x: tf.Tensor) => tf.Tensor | Promise<tf.Tensor> = network,
): Promise<T> {
  let answer: { it: T } | undefined;
  const method = defineMethod(
    'asking',
    { uses: ['baseline'], deterministic: true, rowwise: true },
    () => async (probe) => {
      answer = { it: await ask(probe) };
      return [tf.zerosLike(x)];
    },
  )();
  (await attribute(model, x, { method, target: 1, ...options })).dispose();
  if (!answer) throw new Error('the method did not run');
  return answer.it;
}

/** A fold that hands on what it sees, as numbers. */
export const watching = <T>(see: (batch: Batch) => T): Rows<T[]> => {
  const seen: T[] = [];
  return { step: (batch) => void seen.push(see(batch)), result: () => seen };
};
export const data = (tensor: tf.Tensor | undefined): number[] => Array.from((tensor as tf.Tensor).dataSync());
export const own = async (tensors: readonly tf.Tensor[]): Promise<tf.Tensor[]> => {
  const copies = await Promise.all(tensors.map(async (tensor) => tf.tensor(await tensor.data(), tensor.shape)));
  tf.dispose([...tensors]);
  return copies;
};

/** The mean of finite differences of `f` over points, an element at a time. */
export async function slowMean(points: tf.Tensor[], f: (x: tf.Tensor) => tf.Tensor): Promise<number[]> {
  const step = 1e-2;
  const slopes = await Promise.all(
    points.map(async (point) => {
      const [rows = 0, columns = 0] = point.shape;
      const moved = async (j: number, by: number) =>
        values(f(tf.add(point, tf.oneHot(tf.fill([rows], j, 'int32'), columns, by, 0))));
      const each = await Promise.all(
        Array.from({ length: columns }, async (_, j) => {
          const [up, down] = [await moved(j, step), await moved(j, -step)];
          return up.map((value, e) => (value - (down[e] ?? 0)) / (2 * step));
        }),
      );
      return Array.from(
        { length: rows * columns },
        (_, i) => each[i % columns]?.[Math.floor(i / columns)] ?? Number.NaN,
      );
    }),
  );
  return (slopes[0] ?? []).map((_, i) => slopes.reduce((total, slope) => total + (slope[i] ?? 0), 0) / points.length);
}
