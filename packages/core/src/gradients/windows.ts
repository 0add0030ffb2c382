import {
  type AvgPoolAttrs,
  backend_util,
  type Conv2DAttrs,
  type MaxPoolWithArgmaxAttrs,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** The windows of a convolution or pooling along one spatial axis: output `o` sees inputs from `o · stride − before`. */
export interface Windows {
  readonly inputs: number;
  readonly outputs: number;
  /** From a window's first entry to its last, the holes of a dilation included. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding ahead of the first input. */
  readonly before: number;
}

export type PlaneWindows = readonly [rows: Windows, columns: Windows];

/** How a convolution lies over its input. Without `dilations` or with null, as tfjs-layers has it, there are no holes. */
export type ConvolutionGeometry = Pick<Conv2DAttrs, 'strides' | 'pad' | 'dimRoundingMode'> &
  Partial<Pick<Conv2DAttrs, 'dilations' | 'dataFormat'>>;

export function convolutionWindows(
  shape: readonly number[],
  filter: Tensor,
  attrs: ConvolutionGeometry,
  depthwise: boolean,
): PlaneWindows {
  return planeWindows(
    backend_util.computeConv2DInfo(
      rank4(shape),
      rank4(filter.shape),
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
      depthwise,
      backend_util.convertConv2DDataFormat(attrs.dataFormat ?? 'NHWC'),
    ),
  );
}

export function poolWindows(x: Tensor, attrs: AvgPoolAttrs | MaxPoolWithArgmaxAttrs): PlaneWindows {
  const rounding = 'dimRoundingMode' in attrs ? attrs.dimRoundingMode : undefined;
  const { filterSize, strides, pad } = attrs;
  return planeWindows(backend_util.computePool2DInfo(rank4(x.shape), filterSize, strides, 1, pad, rounding));
}

/** How many entries a window has along the axis. */
export const places = ({ size, dilation }: Windows): number => (size - 1) / dilation + 1;

export type PlaneInfo = Pick<
  backend_util.Conv2DInfo,
  | 'inHeight'
  | 'inWidth'
  | 'outHeight'
  | 'outWidth'
  | 'effectiveFilterHeight'
  | 'effectiveFilterWidth'
  | 'strideHeight'
  | 'strideWidth'
  | 'dilationHeight'
  | 'dilationWidth'
> & { padInfo: { top: number; left: number } };

export const planeWindows = (info: PlaneInfo): PlaneWindows => [
  {
    inputs: info.inHeight,
    outputs: info.outHeight,
    size: info.effectiveFilterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    before: info.padInfo.top,
  },
  {
    inputs: info.inWidth,
    outputs: info.outWidth,
    size: info.effectiveFilterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    before: info.padInfo.left,
  },
];

// These kernels take nothing else.
export const rank4 = (shape: readonly number[]) => shape as [number, number, number, number];
