import { engine, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { seededRandom } from '../src/random';

/** Uniform random numbers of this shape. */
export function random<T extends Tensor = Tensor>(shape: number[], seed = 1, low = -1, high = 1): T {
  const size = shape.reduce((product, n) => product * n, 1);
  // The rank is the caller's word, as with all functions of TF.js that take a shape.
  return tensor(seededRandom(seed).uniform({ example: 0, sample: 0, tensor: 0 }, size, low, high), shape) as T;
}

/** The elements, row-major. */
export const values = async (of: Tensor): Promise<number[]> => Array.from(await of.data());

/** max |a − b|. */
export async function distance(a: Tensor | ArrayLike<number>, b: Tensor | ArrayLike<number>): Promise<number> {
  const [left, right] = await Promise.all([a, b].map(async (x) => ('data' in x ? x.data() : x)));
  if (!left || left.length !== right?.length) throw new Error(`${left?.length} elements against ${right?.length}`);
  return Array.from(left).reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? Number.NaN))), 0);
}

/** Central differences of a sum of `f`, an element of `x` at a time. */
export async function finiteDifferences(
  f: (x: Tensor) => Tensor | Promise<Tensor>,
  x: Tensor,
  step = 1e-2,
): Promise<number[]> {
  const start = await values(x);
  const total = async (moved: number[]) => {
    const point = tensor(moved, x.shape);
    const y = await f(point);
    const sum = (await values(y)).reduce((a, b) => a + b, 0);
    point.dispose();
    y.dispose();
    return sum;
  };
  const slopes: number[] = [];
  for (const [i, value] of start.entries()) {
    const moved = (by: number) => start.map((other, j) => (j === i ? value + by : other));
    const [up, down] = [await total(moved(step)), await total(moved(-step))];
    slopes.push((up - down) / (2 * step));
  }
  return slopes;
}

/** What is laid over the engine at the moment: nothing, unless a model is being recorded. */
export const shadows = (): string[] =>
  ['runKernelFunc', 'runKernel', 'read', 'readSync'].filter((name) => Object.hasOwn(engine(), name));
