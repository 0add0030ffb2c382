import type { Place } from '@vitrum/core';

/**
 * How relevance passes an operation.
 *
 * - `linear`: shared out by the composite's rule; two factors that both depend on the input halve it
 * - `sum`: shared out by contribution, with the operation's own Jacobian
 * - `copy`: every output is one of the inputs, which gets what it got (a maximum: its winner)
 * - `activation`: passes unchanged
 * - `extremum`: of two values, as a copy of the winner; against a bound, as an activation
 * - `product`, `quotient`: halved among the factors; a normaliser is held constant
 * - `normalization`: of a batch or layer, its statistics held constant
 * - `softmax`: with its own Jacobian; as an activation where it is the model's last word
 */
export type Kind =
  | 'linear'
  | 'sum'
  | 'copy'
  | 'activation'
  | 'extremum'
  | 'product'
  | 'quotient'
  | 'normalization'
  | 'softmax';

/** Operations with weights, and which of their inputs are the two factors. */
export const factors: Readonly<Record<string, readonly [string, string]>> = {
  Conv2D: ['x', 'filter'],
  FusedConv2D: ['x', 'filter'],
  DepthwiseConv2dNative: ['x', 'filter'],
  FusedDepthwiseConv2D: ['x', 'filter'],
  Conv2DBackpropInput: ['dy', 'filter'],
  DepthwiseConv2dNativeBackpropInput: ['dy', 'filter'],
  Conv3D: ['x', 'filter'],
  Conv3DBackpropInputV2: ['dy', 'filter'],
  BatchMatMul: ['a', 'b'],
  _FusedMatMul: ['a', 'b'],
  Einsum: ['0', '1'],
};

const kernels: Readonly<Record<Kind, string>> = {
  linear: Object.keys(factors).join(' '),
  sum:
    'Add AddN Sub Sum Mean AvgPool AvgPool3D Cumsum ResizeBilinear CropAndResize Transform RotateWithOffset Dilation2D ' +
    'UnsortedSegmentSum SparseSegmentSum SparseSegmentMean Bincount DenseBincount',
  copy:
    'Identity Cast Reshape ExpandDims Transpose Reverse FlipLeftRight Concat SplitV Pack Unpack Tile DepthToSpace ' +
    'SpaceToBatchND BatchToSpaceND Diag Slice StridedSlice PadV2 MirrorPad GatherV2 GatherNd ScatterNd ' +
    'TensorScatterUpdate Select ResizeNearestNeighbor MaxPool MaxPoolWithArgmax MaxPool3D Max Min TopK ' +
    'SparseToDense SparseFillEmptyRows Unique NonMaxSuppressionV5',
  activation:
    'Relu Relu6 Elu Selu LeakyRelu Prelu Sigmoid Tanh Softplus ClipByValue Erf Exp Expm1 Log Log1p Sqrt Rsqrt Square ' +
    'Reciprocal Neg Abs Pow Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh LRN',
  extremum: 'Maximum Minimum',
  product: 'Multiply',
  quotient: 'RealDiv',
  normalization: 'FusedBatchNorm',
  softmax: 'Softmax',
};

const kinds = new Map<string, Kind>(
  // The keys are those of the type above.
  (Object.keys(kernels) as Kind[]).flatMap((kind) => kernels[kind].split(' ').map((kernel) => [kernel, kind] as const)),
);

/** `undefined` for a kernel that has no rule. */
export const kindOf = (kernel: string): Kind | undefined => kinds.get(kernel);

/** For a composite: which operations with weights are convolutions, and which are not. */
export const isConvolution = (kernel: string): boolean => kernel.includes('Conv') && kernel in factors;
export const isDense = (kernel: string): boolean => !kernel.includes('Conv') && kernel in factors;

/** Whether it is a product with weights; of two factors that both depend on the input it is none. */
export function weighs({ kernel, names, from }: Place): boolean {
  const sides = factors[kernel]?.map((name) => names.indexOf(name)) ?? [];
  return sides.every((i) => i >= 0) && sides.filter((i) => from[i]).length === 1;
}
