import {
  type AvgPool3DAttrs,
  type AvgPoolAttrs,
  backend_util,
  type Conv2DAttrs,
  type Conv3DAttrs,
  type Dilation2DAttrs,
  type MaxPool3DAttrs,
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
export type VolumeWindows = readonly [depth: Windows, rows: Windows, columns: Windows];

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

/** The windows of a grey-scale dilation, which is a max pooling of x + filter. */
export function dilationWindows(x: Tensor, filter: Tensor, { strides, pad, dilations }: Dilation2DAttrs): PlaneWindows {
  // The kernel takes nothing else.
  const shape = filter.shape as [number, number, number];
  return planeWindows(backend_util.computeDilation2DInfo(rank4(x.shape), shape, strides, pad, 'NHWC', dilations));
}

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

/** How many entries a window has along the axis. */
export const places = ({ size, dilation }: Windows): number => (size - 1) / dilation + 1;

type PlaneInfo = Pick<
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

const planeWindows = (info: PlaneInfo): PlaneWindows => [
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
const rank4 = (shape: readonly number[]) => shape as [number, number, number, number];
const rank5 = (shape: readonly number[]) => shape as [number, number, number, number, number];
