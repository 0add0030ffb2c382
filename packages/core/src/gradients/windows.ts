import {
  type AvgPool3DAttrs,
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

export function convolutionWindows(x: Tensor, filter: Tensor, attrs: Conv2DAttrs, depthwise: boolean): PlaneWindows {
  return planeWindows(
    backend_util.computeConv2DInfo(
      rank4(x.shape),
      rank4(filter.shape),
      attrs.strides,
      attrs.dilations ?? 1, // null from the depthwise layer of tfjs-layers
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

export function pool3dWindows(x: Tensor, attrs: AvgPool3DAttrs): readonly Windows[] {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  // The kernel takes nothing else.
  const shape = x.shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  return [
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
}

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

/** These kernels take nothing else. */
const rank4 = (shape: number[]): [number, number, number, number] => shape as [number, number, number, number];
