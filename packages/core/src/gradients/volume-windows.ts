import {
  type AvgPool3DAttrs,
  backend_util,
  type Conv3DAttrs,
  type MaxPool3DAttrs,
  reshape,
  slice,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { around, insertZeros, padOrCrop } from './axis';
import { strips } from './places';
import { type PlaneInfo, planeWindows, type Windows } from './windows';

export type VolumeWindows = readonly [depth: Windows, rows: Windows, columns: Windows];

export function pool3dWindows(x: Tensor, attrs: AvgPool3DAttrs | MaxPool3DAttrs): VolumeWindows {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  return volumeWindows(backend_util.computePool3DInfo(rank5(x.shape), filterSize, strides, 1, pad, dimRoundingMode));
}

export function convolution3dWindows(
  shape: readonly number[],
  filter: Tensor,
  { strides, pad, dilations }: Pick<Conv3DAttrs, 'strides' | 'pad'> & Partial<Pick<Conv3DAttrs, 'dilations'>>,
): VolumeWindows {
  return volumeWindows(backend_util.computeConv3DInfo(rank5(shape), rank5(filter.shape), strides, dilations ?? 1, pad));
}

type VolumeInfo = PlaneInfo &
  Pick<
    backend_util.Conv3DInfo,
    'inDepth' | 'outDepth' | 'effectiveFilterDepth' | 'strideDepth' | 'dilationDepth' | 'padInfo'
  >;

const volumeWindows = (info: VolumeInfo): VolumeWindows => [
  {
    inputs: info.inDepth,
    outputs: info.outDepth,
    size: info.effectiveFilterDepth,
    stride: info.strideDepth,
    dilation: info.dilationDepth,
    before: info.padInfo.front,
  },
  ...planeWindows(info),
];

// These kernels take nothing else.
const rank5 = (shape: readonly number[]) => shape as [number, number, number, number, number];

/**
 * The entries of `x` at place `k` of all windows along `axis`, `outside` where that is padding: one slice of `x` seen as
 * strips of a stride's length.
 */
export function takePlace(x: Tensor, axis: number, windows: Windows, k: number, outside: number): Tensor {
  const { stride, outputs, before: start, inputs, dilation } = windows;
  const { before, behind } = around(x, axis);
  const count = strips(windows);
  const widths: [number, number] = [start, count * stride - start - inputs];
  const strip = reshape(padOrCrop(reshape(x, [before, inputs, behind]), [[0, 0], widths, [0, 0]], outside), [
    before,
    count,
    stride * behind,
  ]);
  const [at, remainder] = [Math.floor((k * dilation) / stride), (k * dilation) % stride];
  const taken = slice(strip, [0, at, remainder * behind], [before, outputs, behind]);
  return reshape(
    taken,
    x.shape.map((n, i) => (i === axis ? outputs : n)),
  );
}

/** The adjoint of `takePlace`. */
export function putPlace(share: Tensor, axis: number, windows: Windows, k: number): Tensor {
  const { stride, outputs, before, inputs, dilation } = windows;
  const first = k * dilation - before;
  const widths = share.shape.map((_, i) =>
    i === axis ? ([first, inputs - first - outputs * stride] as const) : ([0, 0] as const),
  );
  return padOrCrop(insertZeros(share, axis, stride), widths);
}
