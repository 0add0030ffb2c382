import {
  argMax,
  argMin,
  type CumsumAttrs,
  type CumsumInputs,
  cumsum,
  div,
  expandDims,
  type MaxAttrs,
  type MaxInputs,
  type MeanAttrs,
  type MeanInputs,
  type MinAttrs,
  type MinInputs,
  mul,
  reshape,
  type SumAttrs,
  type SumInputs,
  sum,
  type Tensor,
  type TopKAttrs,
  type TopKInputs,
  transpose,
  util,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { oneOf } from './axis';
import { unreduce } from './broadcast';
import { type GradientTable, rule } from './rule';

export const reductionGradients: GradientTable = {
  Sum: rule<SumInputs, SumAttrs>(({ inputs: { x }, attrs, dy }) => ({ x: () => unreduce(dy, x, attrs.axis) })),
  Mean: rule<MeanInputs, MeanAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => unreduce(div(dy, x.size / dy.size), x, attrs.axis),
  })),
  // Of equal extremes, the first counts.
  Max: rule<MaxInputs, MaxAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => inRows(x, attrs.reductionIndices, (rows) => chosen(dy, argMax(rows, 1), rows)),
  })),
  Min: rule<MinInputs, MinAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => inRows(x, attrs.axis, (rows) => chosen(dy, argMin(rows, 1), rows)),
  })),
  Cumsum: rule<CumsumInputs, CumsumAttrs>(({ attrs: { axis, exclusive, reverse }, dy }) => ({
    x: () => cumsum(dy, axis, exclusive, !reverse),
  })),
  TopK: rule<TopKInputs, TopKAttrs>(({ inputs: { x }, outputs: [, indices], dy }) => ({
    x: () => {
      if (!indices) throw new Error('TopK without its indices');
      const places = oneOf(indices, x.shape.at(-1) ?? 1);
      return sum(mul(expandDims(dy, -1), places), -2);
    },
  })),
};

/** Runs `derivative` on the reduced axes of `x` as rows of a matrix, and gives its result the shape of `x` again. */
export function inRows(x: Tensor, axis: number | number[], derivative: (rows: Tensor) => Tensor): Tensor {
  if (x.size === 0) return zerosLike(x);
  const axes = util.parseAxisParam(axis, x.shape);
  const order = [...x.shape.keys()];
  const permutation = [...order.filter((i) => !axes.includes(i)), ...order.filter((i) => axes.includes(i))];
  const moved = transpose(x, permutation);
  const length = util.sizeFromShape(axes.map((i) => x.shape[i] ?? 1));
  const result = derivative(reshape(moved, [x.size / length, length]));
  return transpose(
    reshape(result, moved.shape),
    order.map((i) => permutation.indexOf(i)),
  );
}

/** Sends each row's signal to the entry at `index`. */
function chosen(dy: Tensor, index: Tensor, rows: Tensor): Tensor {
  return mul(reshape(dy, [-1, 1]), oneOf(index, rows.shape[1] ?? 1));
}
