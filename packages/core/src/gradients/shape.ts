import {
  type BatchToSpaceNDAttrs,
  type BatchToSpaceNDInputs,
  backend_util,
  batchToSpaceND,
  type CastInputs,
  type ConcatAttrs,
  complex,
  concat,
  type DepthToSpaceAttrs,
  type DepthToSpaceInputs,
  type DiagInputs,
  type ExpandDimsInputs,
  eye,
  type FlipLeftRightInputs,
  type IdentityInputs,
  mul,
  type PackAttrs,
  type ReshapeInputs,
  type ReverseAttrs,
  type ReverseInputs,
  real,
  reshape,
  reverse,
  type SpaceToBatchNDAttrs,
  type SpaceToBatchNDInputs,
  type SplitVAttrs,
  type SplitVInputs,
  spaceToBatchND,
  stack,
  sum,
  type Tensor,
  type TileAttrs,
  type TileInputs,
  type TransposeAttrs,
  type TransposeInputs,
  transpose,
  type UnpackAttrs,
  type UnpackInputs,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { around, axisOf, sliceAxis } from './axis';
import { partwise } from './complex';
import { type GradientTable, type Pullback, rule, ZERO } from './rule';

type List = Readonly<Record<string, Tensor>>;

/** Kernels that only move, repeat or rename entries. */
const moving: GradientTable = {
  Identity: rule<IdentityInputs>(({ dy }) => ({ x: () => dy })),
  Reshape: rule<ReshapeInputs>(({ inputs: { x }, dy }) => ({ x: () => reshape(dy, x.shape) })),
  ExpandDims: rule<ExpandDimsInputs>(({ inputs: { input }, dy }) => ({ input: () => reshape(dy, input.shape) })),
  Transpose: rule<TransposeInputs, TransposeAttrs>(({ attrs: { perm }, dy }) => ({
    x: () => transpose(dy, backend_util.getUndoAxesPermutation(perm)),
  })),
  Reverse: rule<ReverseInputs, ReverseAttrs>(({ attrs, dy }) => ({ x: () => reverse(dy, attrs.dims) })),
  FlipLeftRight: rule<FlipLeftRightInputs>(({ dy }) => ({ image: () => reverse(dy, 2) })),
  Concat: rule<List, ConcatAttrs>(({ node, attrs, y, dy }) => {
    const axis = axisOf(attrs.axis, y.shape);
    let end = 0;
    return Object.fromEntries(
      node.names.map((name, i): [string, Pullback] => {
        const length = node.inputs[i]?.shape[axis] ?? 0;
        const begin = end;
        end += length;
        return [name, () => sliceAxis(dy, axis, begin, length)];
      }),
    );
  }),
  SplitV: rule<SplitVInputs, SplitVAttrs>(({ attrs, signals }) => ({ x: () => concat([...signals], attrs.axis) })),
  Pack: rule<List, PackAttrs>(({ node, attrs, y, dy }) => {
    const axis = axisOf(attrs.axis, y.shape);
    return Object.fromEntries(
      node.names.map((name, i): [string, Pullback] => [
        name,
        () => reshape(sliceAxis(dy, axis, i, 1), node.inputs[i]?.shape ?? []),
      ]),
    );
  }),
  Unpack: rule<UnpackInputs, UnpackAttrs>(({ attrs, signals }) => ({ value: () => stack([...signals], attrs.axis) })),
  // Axis by axis, since the sum takes no more than a few axes at once.
  Tile: rule<TileInputs, TileAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => {
      if (x.size === 0) return zerosLike(x);
      return attrs.reps.reduce((signal, times, axis) => {
        if (times === 1) return signal;
        const { before, behind } = around(signal, axis);
        const shape = signal.shape.map((size, i) => (i === axis ? size / times : size));
        return reshape(sum(reshape(signal, [before, times, behind * (shape[axis] ?? 1)]), 1), shape);
      }, dy);
    },
  })),
  DepthToSpace: rule<DepthToSpaceInputs, DepthToSpaceAttrs>(
    ({ inputs: { x }, attrs: { blockSize: block, dataFormat }, dy }) => ({
      x: () => {
        if (dataFormat === 'NCHW') {
          const [rows = 1, depth = 1, height = 1, width = 1] = x.shape;
          const blocks = reshape(dy, [rows, depth / block ** 2, height, block, width, block]);
          return reshape(transpose(blocks, [0, 3, 5, 1, 2, 4]), x.shape);
        }
        const [rows = 1, height = 1, width = 1, depth = 1] = x.shape;
        const blocks = reshape(dy, [rows, height, block, width, block, depth / block ** 2]);
        return reshape(transpose(blocks, [0, 1, 3, 2, 4, 5]), x.shape);
      },
    }),
  ),
  SpaceToBatchND: rule<SpaceToBatchNDInputs, SpaceToBatchNDAttrs>(({ attrs, dy }) => ({
    x: () => batchToSpaceND(dy, attrs.blockShape, attrs.paddings),
  })),
  BatchToSpaceND: rule<BatchToSpaceNDInputs, BatchToSpaceNDAttrs>(({ attrs, dy }) => ({
    x: () => spaceToBatchND(dy, attrs.blockShape, attrs.crops),
  })),
  Diag: rule<DiagInputs>(({ inputs: { x }, dy }) => ({
    x: () => reshape(sum(mul(reshape(dy, [x.size, x.size]), eye(x.size)), 1), x.shape),
  })),
};

export const shapeGradients: GradientTable = {
  ...partwise(moving),
  // Whole numbers and truth values do not move with what they are made of.
  Cast: rule<CastInputs>(({ inputs: { x }, y, dy }) => {
    if (y.dtype === x.dtype) return { x: () => dy };
    if (x.dtype === 'complex64') return { x: y.dtype === 'float32' ? () => complex(dy, zerosLike(dy)) : ZERO };
    if (y.dtype === 'complex64') return { x: () => real(dy) };
    return { x: y.dtype === 'float32' ? () => dy : ZERO };
  }),
};
