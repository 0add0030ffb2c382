import { type Tensor, util } from '@tensorflow/tfjs-core';
import { define } from './kernels';

const bytes = (shape: readonly number[]): number => util.sizeFromShape([...shape]) * 4;

const runBetween = define('Between', ({ inputs: { dy, y }, attrs, kernels, make, at }) => {
  const dx = make(y!.shape);
  kernels.between(at(dy!), at(y!), at(dx), bytes(dx.shape), Number(attrs.low), Number(attrs.high));
  return dx;
});

/** dy where low < y < high, else 0. */
export const between = <T extends Tensor>(dy: T, y: Tensor, low: number, high: number): T =>
  runBetween({ dy, y }, { low, high }) as T; // of the shape of dy

const runEqual = define('Equal', ({ inputs: { dy, x, y }, kernels, make, at }) => {
  const dx = make(x!.shape);
  kernels.equal(at(dy!), at(x!), at(y!), at(dx), bytes(dx.shape));
  return dx;
});

/** dy where x = y, else 0. */
export const whereEqual = <T extends Tensor>(dy: T, x: Tensor, y: Tensor): T => runEqual({ dy, x, y }) as T; // of the shape of dy
