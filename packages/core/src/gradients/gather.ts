import {
  add,
  backend_util,
  equal,
  type GatherNdInputs,
  type GatherV2Attrs,
  type GatherV2Inputs,
  gatherND,
  onesLike,
  range,
  reshape,
  type ScatterNdInputs,
  scatterND,
  type TensorScatterUpdateInputs,
  transpose,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { axisOf } from './axis';
import { type GradientTable, rule, ZERO } from './rule';

/** Kernels that take entries by index. Scattering adds where an index comes twice, and every backend has it. */
export const gatherGradients: GradientTable = {
  GatherV2: rule<GatherV2Inputs, GatherV2Attrs>(({ inputs: { x, indices }, attrs, dy }) => ({
    x: () => {
      const { batchSize, outerSize, dimSize, sliceSize } = backend_util.segment_util.collectGatherOpShapeInfo(
        x,
        indices,
        axisOf(attrs.axis, x.shape),
        attrs.batchDims ?? 0,
      );
      const count = indices.size / batchSize;
      const rows = transpose(reshape(dy, [batchSize, outerSize, count, sliceSize]), [0, 2, 1, 3]);
      const firstRows = range(0, batchSize * dimSize, dimSize, 'int32');
      const places = add(reshape(indices, [batchSize, count]), reshape(firstRows, [batchSize, 1]));
      const sums = scatterND(
        reshape(places, [batchSize * count, 1]),
        reshape(rows, [batchSize * count, outerSize * sliceSize]),
        [batchSize * dimSize, outerSize * sliceSize],
      );
      return reshape(transpose(reshape(sums, [batchSize, dimSize, outerSize, sliceSize]), [0, 2, 1, 3]), x.shape);
    },
    indices: ZERO,
  })),
  GatherNd: rule<GatherNdInputs>(({ inputs: { params, indices }, dy }) => ({
    params: () => scatterND(indices, dy, params.shape),
    indices: ZERO,
  })),
  ScatterNd: rule<ScatterNdInputs>(({ inputs: { indices }, dy }) => ({
    updates: () => gatherND(dy, indices),
    indices: ZERO,
  })),
  TensorScatterUpdate: rule<TensorScatterUpdateInputs>(({ inputs: { indices, updates }, dy }) => ({
    // Not by the kernel itself: on cpu it writes into its input.
    tensor: () => where(equal(scatterND(indices, onesLike(updates), dy.shape), 0), dy, zerosLike(dy)),
    updates: () => gatherND(dy, indices),
    indices: ZERO,
  })),
};
