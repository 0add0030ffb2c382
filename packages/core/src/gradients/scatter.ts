import {
  add,
  divNoNan,
  equal,
  type GatherNdInputs,
  gatherND,
  mul,
  type NonMaxSuppressionV5Attrs,
  type NonMaxSuppressionV5Inputs,
  onesLike,
  range,
  reshape,
  type ScatterNdInputs,
  type SparseToDenseAttrs,
  type SparseToDenseInputs,
  scatterND,
  sparseToDense,
  sum,
  type Tensor,
  type TensorScatterUpdateInputs,
  tensorScatterUpdate,
  util,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { type GradientTable, rule, ZERO } from './rule';

/** Kernels that take or put entries at places that are tensors of coordinates. */
export const scatterGradients: GradientTable = {
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
    updates: () => {
      // Where two go to one place, the one that the kernel leaves there counts.
      const count = util.sizeFromShape(indices.shape.slice(0, -1));
      const numbers = reshape(range(0, count), [...indices.shape.slice(0, -1), ...tailOf(updates, indices)]);
      const numbered = add(zerosLike(updates), numbers);
      const left = gatherND(tensorScatterUpdate(zeros(dy.shape), indices, numbered), indices);
      return mul(gatherND(dy, indices), equal(left, numbered));
    },
    indices: ZERO,
  })),
  NonMaxSuppressionV5: rule<NonMaxSuppressionV5Inputs, NonMaxSuppressionV5Attrs>(
    ({ inputs: { scores }, attrs: { softNmsSigma }, outputs: [chosen, y], signals: [, dy] }) => {
      if (!chosen || !y || !dy) throw new Error('NonMaxSuppressionV5 without its outputs');
      const places = reshape(chosen, [-1, 1]);
      if (softNmsSigma === 0) return { scores: () => scatterND(places, dy, scores.shape), boxes: ZERO };
      // A score was lowered by a factor that the boxes make.
      return { scores: () => scatterND(places, mul(dy, divNoNan(y, gatherND(scores, places))), scores.shape) };
    },
  ),
  SparseToDense: rule<SparseToDenseInputs, SparseToDenseAttrs>(
    ({ inputs: { sparseIndices, sparseValues }, attrs: { outputShape }, dy }) => ({
      sparseValues: () => {
        const indices = reshape(sparseIndices, [-1, sparseIndices.rank > 1 ? outputShape.length : 1]);
        const numbers = range(1, (indices.shape[0] ?? 0) + 1);
        const left = gatherND(sparseToDense(indices, numbers, outputShape), indices);
        const signal = mul(gatherND(dy, indices), equal(left, numbers));
        return sparseValues.rank === 0 ? sum(signal) : reshape(signal, sparseValues.shape);
      },
      defaultValue: () => sum(mul(dy, sparseToDense(sparseIndices, zerosLike(sparseValues), outputShape, 1))),
      sparseIndices: ZERO,
    }),
  ),
};

/** Ones for the axes of each update. */
const tailOf = (updates: Tensor, indices: Tensor): number[] => updates.shape.slice(indices.rank - 1).fill(1);
