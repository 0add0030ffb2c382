import {
  type AvgPoolAttrs,
  backend_util,
  type Conv2DAttrs,
  slice,
  type Tensor,
  type Tensor4D,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Axis, Margins } from './phases';

/** The two spatial axes. */
export interface Axes {
  readonly rows: Axis;
  readonly columns: Axis;
}

/** The axes of a convolution of `x` with a filter. */
export function convolutionAxes(x: Tensor4D, filter: Tensor4D, attrs: Conv2DAttrs, depthwise: boolean): Axes {
  // The depthwise layer of tfjs-layers gives null for no dilation.
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  return axesOf(
    backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations ?? 1, pad, dimRoundingMode, depthwise),
  );
}

export function poolAxes(x: Tensor4D, { filterSize, strides, pad, dimRoundingMode }: AvgPoolAttrs): Axes {
  return axesOf(backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode));
}

const axesOf = (info: backend_util.Conv2DInfo): Axes => ({
  rows: {
    input: info.inHeight,
    output: info.outHeight,
    kernel: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    before: info.padInfo.top,
  },
  columns: {
    input: info.inWidth,
    output: info.outWidth,
    kernel: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    before: info.padInfo.left,
  },
});

/** Whether a stride and a dilation meet, which TF.js itself rejects. */
export function mixesStrideAndDilation({ rows, columns }: Axes): boolean {
  return Math.max(rows.stride, columns.stride) > 1 && Math.max(rows.dilation, columns.dilation) > 1;
}

/** Cuts negative margins off `x` and gives the rest as padding: a convolution pads while it reads, without a copy. */
export function withMargins(
  x: Tensor4D,
  [top, bottom]: Margins,
  [left, right]: Margins,
): { readonly x: Tensor4D; readonly pad: backend_util.ExplicitPadding | 'valid' } {
  const cut = (n: number) => Math.max(0, -n);
  const fill = (n: number) => Math.max(0, n);
  const isWhole = Math.min(top, bottom, left, right) >= 0;
  const height = x.shape[1] - cut(top) - cut(bottom);
  const width = x.shape[2] - cut(left) - cut(right);
  // XNNPACK does not run on nothing, and would leave its output as it was.
  if (height < 1 || width < 1) {
    const [batch, tall, wide, channels] = x.shape;
    return { x: zeros([batch, tall + top + bottom, wide + left + right, channels]), pad: 'valid' };
  }
  const pad: backend_util.ExplicitPadding = [
    [0, 0],
    [fill(top), fill(bottom)],
    [fill(left), fill(right)],
    [0, 0],
  ];
  return {
    x: isWhole ? x : slice(x, [0, cut(top), cut(left), 0], [-1, height, width, -1]),
    pad: Math.max(top, bottom, left, right) > 0 ? pad : 'valid',
  };
}

/** `t` for TF.js's types: these kernels take four axes. */
export const rank4 = (t: Tensor): Tensor4D => t as Tensor4D;
