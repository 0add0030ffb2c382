import {
  add,
  argMax,
  type BincountAttrs,
  type BincountInputs,
  concat,
  type DenseBincountAttrs,
  type DenseBincountInputs,
  div,
  equal,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  ones,
  range,
  reshape,
  type SparseFillEmptyRowsInputs,
  type SparseSegmentMeanInputs,
  type SparseSegmentSumInputs,
  scalar,
  scatterND,
  sum,
  type Tensor,
  transpose,
  type UniqueAttrs,
  type UniqueInputs,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { around, axisOf, oneOf } from './axis';
import { type GradientRule, type GradientTable, rule, ZERO } from './rule';

/** Kernels that bring entries together by number: sums over segments, weighted counts. */
export const segmentGradients: GradientTable = {
  UnsortedSegmentSum: rule<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>(
    ({ inputs: { x, segmentIds }, attrs: { numSegments }, dy }) => ({
      x: () => {
        // A number that no segment has puts an entry nowhere.
        const counts = logicalAnd(greaterEqual(segmentIds, 0), less(segmentIds, numSegments));
        const rows = gather(dy, atMost(maximum(segmentIds, whole(0)), numSegments - 1));
        return mul(rows, reshape(counts, [...segmentIds.shape, ...x.shape.slice(segmentIds.rank).fill(1)]));
      },
      segmentIds: ZERO,
    }),
  ),
  SparseSegmentSum: sparseSegment(false),
  SparseSegmentMean: sparseSegment(true),
  Bincount: rule<BincountInputs, BincountAttrs>(({ inputs: { x, weights }, attrs: { size }, dy }) => ({
    x: ZERO,
    weights: () => toWeights(reshape(dy, [1, size]), reshape(x, [1, -1]), weights),
  })),
  DenseBincount: rule<DenseBincountInputs, DenseBincountAttrs>(
    ({ inputs: { x, weights }, attrs: { size, binaryOutput }, dy }) => ({
      x: ZERO,
      weights: binaryOutput ? ZERO : () => toWeights(reshape(dy, [-1, size]), x, weights),
    }),
  ),
  SparseFillEmptyRows: rule<SparseFillEmptyRowsInputs>(({ outputs: [, , , places], signals: [, dy] }) => {
    if (!places || !dy) throw new Error('SparseFillEmptyRows without its outputs');
    return {
      values: () => gather(dy, places),
      defaultValue: () => {
        const given = scatterND(reshape(places, [-1, 1]), ones(places.shape), dy.shape);
        return sum(mul(dy, equal(given, 0)));
      },
      indices: ZERO,
      denseShape: ZERO,
    };
  }),
  // Of equal entries the first counts.
  Unique: rule<UniqueInputs, UniqueAttrs>(({ inputs: { x }, attrs, y, outputs: [, indices], dy }) => ({
    x: () => {
      if (!indices) throw new Error('Unique without its indices');
      const [axis = 0] = [attrs.axis].flat().map((axis) => axisOf(axis, x.shape));
      const { before, size, behind } = around(x, axis);
      const kept = y.shape[axis] ?? 1;
      const first = argMax(oneOf(indices, kept), 0);
      const rows = reshape(transpose(reshape(dy, [before, kept, behind]), [1, 0, 2]), [kept, before * behind]);
      const placed = scatterND(reshape(first, [kept, 1]), rows, [size, before * behind]);
      return reshape(transpose(reshape(placed, [size, before, behind]), [1, 0, 2]), x.shape);
    },
  })),
};

function sparseSegment(mean: boolean): GradientRule {
  return rule<SparseSegmentSumInputs & SparseSegmentMeanInputs>(({ inputs: { data, indices, segmentIds }, y, dy }) => ({
    data: () => {
      if (indices.size === 0) return zerosLike(data);
      const rows = gather(mean ? div(dy, sizes(segmentIds, y)) : dy, segmentIds);
      return scatterND(reshape(indices, [-1, 1]), rows, data.shape);
    },
    indices: ZERO,
    segmentIds: ZERO,
  }));
}

const whole = (n: number): Tensor => scalar(n, 'int32');
const atMost = (indices: Tensor, limit: number): Tensor => minimum(indices, whole(limit));

/** How many entries each segment of `y` has, against `y`; 1 where none. */
function sizes(segmentIds: Tensor, y: Tensor): Tensor {
  const [segments = 0] = y.shape;
  const counts = scatterND(reshape(segmentIds, [-1, 1]), ones(segmentIds.shape), [segments]);
  return reshape(maximum(counts, 1), [segments, ...y.shape.slice(1).fill(1)]);
}

/** Each row of `x` counts by itself. A number that is too large counts nowhere; without weights each counts 1. */
function toWeights(dy: Tensor, x: Tensor, weights: Tensor): Tensor {
  if (weights.size === 0) return zerosLike(weights);
  const [rows = 1, size = 0] = dy.shape;
  const padded = reshape(concat([dy, zeros([rows, 1])], 1), [-1]);
  const starts = range(0, rows * (size + 1), size + 1, 'int32');
  const places = add(reshape(atMost(x, size), [rows, -1]), reshape(starts, [rows, 1]));
  return reshape(gather(padded, reshape(places, [-1])), weights.shape);
}
