import {
  add,
  argMax,
  argMin,
  type CumprodAttrs,
  type CumprodInputs,
  type CumsumAttrs,
  type CumsumInputs,
  cumprod,
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
  type ProdAttrs,
  type ProdInputs,
  reshape,
  reverse,
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
import { around, axisOf, oneOf, padOrCrop } from './axis';
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
  // The product of the others, without dividing: right also where a factor is 0.
  Prod: rule<ProdInputs, ProdAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () =>
      inRows(x, attrs.axis, (rows) =>
        mul(reshape(dy, [-1, 1]), mul(cumprod(rows, 1, true, false), cumprod(rows, 1, true, true))),
      ),
  })),
  Cumprod: rule<CumprodInputs, CumprodAttrs>(({ inputs: { x }, attrs: { axis, exclusive, reverse: back }, dy }) => ({
    x: () => {
      const { before, size, behind } = around(x, axisOf(axis, x.shape));
      const turned = (t: Tensor) => (back ? reverse(t, 1) : t);
      const lines = (t: Tensor) => turned(reshape(t, [before, size, behind]));
      return reshape(turned(toFactors(lines(x), lines(dy), exclusive)), x.shape);
    },
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

/**
 * The signal at the factors of running products along axis 1, without dividing: right also where a factor is 0.
 *
 * ∂S/∂xᵢ = (Π before i) · Σ_{j ≥ i} dyⱼ · Π_{i < k ≤ j} xₖ. Reaches of the sum are doubled: a few steps, however long the axis.
 */
function toFactors(x: Tensor, dy: Tensor, exclusive: boolean): Tensor {
  const [, length = 1] = x.shape;
  const ahead = (t: Tensor, by: number) =>
    by < length
      ? padOrCrop(t, [
          [0, 0],
          [-by, by],
          [0, 0],
        ])
      : zerosLike(t);
  let sums = exclusive ? ahead(dy, 1) : dy;
  let products = ahead(x, 1);
  for (let reach = 1; reach < length; reach *= 2) {
    sums = add(sums, mul(products, ahead(sums, reach)));
    products = mul(products, ahead(products, reach));
  }
  return mul(cumprod(x, 1, true, false), sums);
}

/** Runs `derivative` on the reduced axes of `x` as rows of a matrix, and gives its result the shape of `x` again. */
function inRows(x: Tensor, axis: number | number[], derivative: (rows: Tensor) => Tensor): Tensor {
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
