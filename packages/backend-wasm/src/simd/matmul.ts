import { pad, reshape, type Tensor, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { define } from './kernels';

const width = 8;

const run = define('MatMul', ({ inputs: { a, packed }, attrs, kernels, make, at }) => {
  const [rows = 0, depth = 0] = a!.shape;
  const columns = Number(attrs.columns);
  const c = make([rows, columns]);
  kernels.matmul(at(a!), at(packed!), at(c), rows, columns, depth);
  return c;
});

/** a [rows, depth] times what `packTransposed` made of the transpose of a matrix [depth, columns]. */
export const multiplyPacked = (a: Tensor2D, packed: Tensor, columns: number): Tensor2D =>
  run({ a, packed }, { columns }) as Tensor2D; // made so

/** A matrix [columns, depth] as panels of eight of its rows side by side, [⌈columns / 8⌉, depth, 8]; zeros fill the last. */
export function packTransposed(matrix: Tensor2D): Tensor {
  const [columns, depth] = matrix.shape;
  const panels = Math.ceil(columns / width);
  const whole =
    columns % width === 0
      ? matrix
      : pad(matrix, [
          [0, panels * width - columns],
          [0, 0],
        ]);
  return transpose(reshape(whole, [panels, width, depth]), [0, 2, 1]);
}
