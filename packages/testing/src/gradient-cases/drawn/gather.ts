import fc from 'fast-check';
import type { DrawnCases } from '../../gradcheck/check-kernel';
import { below, distinct, integers, smooth, type Values } from '../../gradcheck/values';
import { cases, flag, shapes, whole } from './draw-case';

const gather = cases(
  shapes(1, 4, false).chain((shape) =>
    whole(0, shape.length - 1).chain((axis) =>
      fc.record({
        shape: fc.constant(shape),
        axis: fc.constant(axis),
        batchDims: whole(0, axis),
        tail: fc.array(whole(1, 3), { maxLength: 2 }),
      }),
    ),
  ),
  ({ shape, axis, batchDims, tail }) => {
    const batch = shape.slice(0, batchDims);
    const count = tail.reduce((size, n) => size * n, 1);
    const batches = batch.reduce((size, n) => size * n, 1);
    return {
      inputs: { x: smooth(...shape), indices: below(shape[axis] ?? 1, ...batch, ...tail) },
      attrs: { axis, batchDims },
      ...(batchDims > 0 &&
        batches !== count && {
          except: { wasm: 'takes other indices with batchDims, unless a batch has as many as there are batches' },
        }),
    };
  },
);

/** Places in a tensor of `shape`, by its first `depth` axes. */
const placesIn = (shape: number[], depth: number, ...batch: number[]): Values => {
  const columns = shape.slice(0, depth).map((size) => below(size, ...batch).data);
  const count = batch.reduce((size, n) => size * n, 1);
  return integers(
    [...batch, depth],
    Array.from({ length: count }, (_, i) => columns.map((column) => column[i] ?? 0)).flat(),
  );
};

const places = shapes(1, 4, false).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    depth: whole(1, shape.length),
    batch: fc.array(whole(1, 4), { minLength: 1, maxLength: 2 }),
  }),
);

const rowsOf = fc.record({
  rows: whole(1, 5),
  tail: fc.array(whole(1, 3), { maxLength: 2 }),
  ids: fc.array(whole(0, 3), { minLength: 1, maxLength: 6 }).map((ids) => ids.sort((a, b) => a - b)),
});

const sparseSegment = cases(rowsOf, ({ rows, tail, ids }) => ({
  inputs: {
    data: smooth(rows, ...tail),
    indices: below(rows, ids.length),
    segmentIds: integers([ids.length], ids),
  },
}));

export const drawnGathers: DrawnCases = {
  GatherV2: gather,
  GatherNd: cases(places, ({ shape, depth, batch }) => ({
    inputs: { params: smooth(...shape), indices: placesIn(shape, depth, ...batch) },
  })),
  ScatterNd: cases(places, ({ shape, depth, batch }) => ({
    inputs: { indices: placesIn(shape, depth, ...batch), updates: smooth(...batch, ...shape.slice(depth)) },
    attrs: { shape },
  })),
  TensorScatterUpdate: cases(places, ({ shape, depth, batch: [count = 1] }) => ({
    inputs: {
      tensor: smooth(...shape),
      indices: placesIn(shape, depth, count),
      updates: smooth(count, ...shape.slice(depth)),
    },
  })),
  SparseToDense: cases(fc.tuple(shapes(1, 3, false), whole(1, 4), flag), ([outputShape, count, single]) => ({
    inputs: {
      sparseIndices: placesIn(outputShape, outputShape.length, count),
      sparseValues: single ? smooth() : smooth(count),
      defaultValue: smooth(),
    },
    attrs: { outputShape },
  })),
  UnsortedSegmentSum: cases(rowsOf, ({ tail, ids }) => ({
    inputs: { x: smooth(ids.length, ...tail), segmentIds: integers([ids.length], ids) },
    attrs: { numSegments: 3 },
  })),
  SparseSegmentSum: sparseSegment,
  SparseSegmentMean: sparseSegment,
  Bincount: cases(rowsOf, ({ ids }) => ({
    inputs: { x: integers([ids.length], ids), weights: smooth(ids.length) },
    attrs: { size: 3 },
  })),
  Unique: cases(
    shapes(1, 3, false).chain((shape) => fc.tuple(fc.constant(shape), whole(0, shape.length - 1))),
    ([shape, axis]) => ({ inputs: { x: distinct(...shape) }, attrs: { axis } }),
  ),
};
