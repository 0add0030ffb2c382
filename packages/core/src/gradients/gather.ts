import {
  add,
  backend_util,
  type GatherV2Attrs,
  type GatherV2Inputs,
  range,
  reshape,
  scatterND,
  transpose,
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
};
