import {
  type Conv2DAttrs,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type Conv2DInputs,
  conv2d,
  conv2dTranspose,
  type DepthwiseConv2dNativeAttrs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  type DepthwiseConv2dNativeInputs,
  depthwiseConv2d,
  engine,
  type FusedConv2DAttrs,
  type FusedConv2DInputs,
  type FusedDepthwiseConv2DAttrs,
  type FusedDepthwiseConv2DInputs,
  reshape,
  reverse,
  sum,
  type Tensor,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core';
import type { WeightCache } from '../tape/weight-cache';
import { throughFused } from './activation';
import { insertZeros, padOrCrop } from './axis';
import { depthwiseFilterGradient, filterGradient } from './filter';
import { type GradientTable, type GradientTools, rule } from './rule';
import { type ConvolutionGeometry, convolutionWindows, type PlaneWindows, type Windows } from './windows';

export const convolutionGradients: GradientTable = {
  Conv2D: rule<Conv2DInputs, Conv2DAttrs>(({ inputs, attrs, dy, tools }) => toConvolution(dy, inputs, attrs, tools)),
  FusedConv2D: rule<FusedConv2DInputs, FusedConv2DAttrs>((operation) => {
    const { inputs, attrs, tools } = operation;
    const linear = () => convolve(inputs.x, inputs.filter, attrs);
    const { dz, pullbacks } = throughFused(operation, linear, againstOutput(attrs));
    return { ...toConvolution(dz, inputs, attrs, tools), ...pullbacks };
  }),
  DepthwiseConv2dNative: rule<DepthwiseConv2dNativeInputs, DepthwiseConv2dNativeAttrs>(({ inputs, attrs, dy, tools }) =>
    toDepthwise(dy, inputs, attrs, tools),
  ),
  FusedDepthwiseConv2D: rule<FusedDepthwiseConv2DInputs, FusedDepthwiseConv2DAttrs>((operation) => {
    const { inputs, attrs, tools } = operation;
    const linear = () => convolveDepthwise(inputs.x, inputs.filter, attrs);
    const { dz, pullbacks } = throughFused(operation, linear, againstOutput(attrs));
    return { ...toDepthwise(dz, inputs, attrs, tools), ...pullbacks };
  }),
  // Transposed convolutions: the adjoint of an adjoint. Where a convolution has x they have the signal, and the other way round.
  Conv2DBackpropInput: rule<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
    ({ inputs: { dy: x, filter }, attrs, dy }) => {
      const geometry = { ...attrs, dilations: 1 };
      const windows = convolutionWindows(dy.shape, filter, geometry, false);
      return {
        dy: () => convolve(dy, filter, { ...geometry, pad: samePadding(attrs, windows) }),
        filter: () => filterGradient(channelsLast(x, attrs), channelsLast(dy, attrs), windows, filter.shape),
      };
    },
  ),
  DepthwiseConv2dNativeBackpropInput: rule<
    DepthwiseConv2dNativeBackpropInputInputs,
    DepthwiseConv2dNativeBackpropInputAttrs
  >(({ inputs: { dy: x, filter }, attrs, dy }) => ({
    dy: () => convolveDepthwise(dy, filter, attrs),
    filter: () => depthwiseFilterGradient(x, dy, convolutionWindows(dy.shape, filter, attrs, true), filter.shape),
  })),
};

interface Operands {
  readonly x: Tensor;
  readonly filter: Tensor;
}

const toConvolution = (dy: Tensor, { x, filter }: Operands, attrs: Conv2DAttrs, tools: GradientTools) => {
  const windows = convolutionWindows(x.shape, filter, attrs, false);
  return {
    x: () => inChannelsLast(dy, attrs, (dy) => convolutionInputGradient(dy, filter, windows, attrs, tools)),
    filter: () => filterGradient(channelsLast(dy, attrs), channelsLast(x, attrs), windows, filter.shape),
  };
};

const toDepthwise = (dy: Tensor, { x, filter }: Operands, attrs: Conv2DAttrs, tools: GradientTools) => {
  const windows = convolutionWindows(x.shape, filter, attrs, true);
  return {
    x: () => inChannelsLast(dy, attrs, (dy) => depthwiseInputGradient(dy, filter, windows, attrs, tools)),
    filter: () => depthwiseFilterGradient(channelsLast(dy, attrs), channelsLast(x, attrs), windows, filter.shape),
  };
};

/**
 * The signal at the input of a convolution, for any stride, dilation and padding: `dy` with zeros between its entries,
 * convolved with the flipped filter. Runs on the forward kernel, mostly a backend's best. All in NHWC.
 */
export function conv2dInputGradient(dy: Tensor, filter: Tensor, windows: PlaneWindows, weights: WeightCache): Tensor {
  const flipped = weights.of(filter, 'flipped', (f) => transpose(reverse(f, [0, 1]), [0, 1, 3, 2]));
  const { signal, rows, columns } = spaced(dy, windows);
  return convolve(padOrCrop(signal, [none, cropped(rows), cropped(columns), none]), flipped, {
    strides: 1,
    // The kernel pads by itself, without a copy.
    pad: [none, padded(rows), padded(columns), none],
    dataFormat: 'NHWC',
    dilations: [windows[0].dilation, windows[1].dilation],
  });
}

/** The same for a depthwise convolution. */
export function depthwiseConv2dInputGradient(
  dy: Tensor,
  filter: Tensor,
  windows: PlaneWindows,
  weights: WeightCache,
): Tensor {
  const [height = 1, width = 1, channels = 1, multiplier = 1] = filter.shape;
  const flipped = weights.of(filter, 'flipped depthwise', (f) =>
    reshape(reverse(f, [0, 1]), [height, width, channels * multiplier, 1]),
  );
  const { signal, rows, columns } = spaced(dy, windows);
  const copies = convolveDepthwise(padOrCrop(signal, [none, rows, columns, none]), flipped, {
    strides: 1,
    pad: 'valid',
    dataFormat: 'NHWC',
    dilations: [windows[0].dilation, windows[1].dilation],
  });
  if (multiplier === 1) return copies;
  return sum(reshape(copies, [...copies.shape.slice(0, 3), channels, multiplier]), -1);
}

type Margins = [number, number];
const none: Margins = [0, 0];
const padded = ([low, high]: Margins): Margins => [Math.max(0, low), Math.max(0, high)];
const cropped = ([low, high]: Margins): Margins => [Math.min(0, low), Math.min(0, high)];

/** `dy` with an entry every `stride`, and how much to put around it (less than 0: to take off) before a flipped filter runs over it. */
function spaced(dy: Tensor, windows: PlaneWindows): { signal: Tensor; rows: Margins; columns: Margins } {
  const margins = ({ inputs, outputs, size, stride, before }: Windows): Margins => [
    size - 1 - before,
    inputs + before - outputs * stride,
  ];
  const [rows, columns] = windows;
  const signal = insertZeros(insertZeros(dy, 1, rows.stride), 2, columns.stride);
  return { signal, rows: margins(rows), columns: margins(columns) };
}

/** The signal at the input of a convolution by the kernel made for it, where that can; in NHWC. */
export function convolutionInputGradient(
  dy: Tensor,
  filter: Tensor,
  windows: PlaneWindows,
  { strides, pad, dimRoundingMode }: ConvolutionGeometry,
  tools: GradientTools,
): Tensor {
  // The kernel knows no dilation, no windows that start inside, and on tfjs-node no padding by numbers for each side.
  if (dilated(windows) || startsInside(windows) || Array.isArray(pad))
    return conv2dInputGradient(dy, filter, windows, tools.weights);
  const shape: [number, number, number, number] = [
    dy.shape[0] ?? 1,
    windows[0].inputs,
    windows[1].inputs,
    filter.shape[2] ?? 1,
  ];
  return conv2dTranspose(rank4(dy), rank4(filter), shape, strides, pad, dimRoundingMode);
}

function depthwiseInputGradient(
  dy: Tensor,
  filter: Tensor,
  windows: PlaneWindows,
  attrs: ConvolutionGeometry,
  tools: GradientTools,
): Tensor {
  const kernel = 'DepthwiseConv2dNativeBackpropInput';
  if (!tools.has(kernel) || dilated(windows) || Array.isArray(attrs.pad)) {
    return depthwiseConv2dInputGradient(dy, filter, windows, tools.weights);
  }
  const inputShape = [dy.shape[0] ?? 1, windows[0].inputs, windows[1].inputs, filter.shape[2] ?? 1];
  return engine().runKernel(kernel, { dy, filter }, { ...attrs, dilations: [1, 1], inputShape });
}

/** 'same' in numbers: told the word, wasm gives zeros where the windows leave inputs over. */
function samePadding(
  { pad, dataFormat }: Pick<Conv2DAttrs, 'pad' | 'dataFormat'>,
  windows: PlaneWindows,
): Conv2DAttrs['pad'] {
  if (pad !== 'same') return pad;
  const width = ({ inputs, outputs, size, stride, before }: Windows): Margins => [
    before,
    Math.max(0, (outputs - 1) * stride + size - before - inputs),
  ];
  const [rows, columns] = [width(windows[0]), width(windows[1])];
  return dataFormat === 'NCHW' ? [none, none, rows, columns] : [none, rows, columns, none];
}

/** As those of volumes do that are narrower than their stride: TF.js centres what they leave over. */
const startsInside = ([rows, columns]: PlaneWindows): boolean => rows.before < 0 || columns.before < 0;

const dilated = ([rows, columns]: PlaneWindows): boolean => rows.dilation > 1 || columns.dilation > 1;

const channelsLast = (t: Tensor, { dataFormat }: Pick<ConvolutionGeometry, 'dataFormat'>): Tensor =>
  dataFormat === 'NCHW' ? transpose(t, [0, 2, 3, 1]) : t;

function inChannelsLast(dy: Tensor, attrs: Conv2DAttrs, gradient: (dy: Tensor) => Tensor): Tensor {
  const signal = gradient(channelsLast(dy, attrs));
  return attrs.dataFormat === 'NCHW' ? transpose(signal, [0, 3, 1, 2]) : signal;
}

/** How a fused kernel lays a tensor with a value for each channel against its output. */
const againstOutput =
  ({ dataFormat }: FusedConv2DAttrs) =>
  (channels: Tensor): Tensor =>
    dataFormat === 'NCHW' && channels.rank === 1 ? reshape(channels, [channels.size, 1, 1]) : channels;

function convolve(x: Tensor, filter: Tensor, attrs: ConvolutionGeometry): Tensor {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  return conv2d(rank4(x), rank4(filter), strides, pad, dataFormat, dilations, dimRoundingMode);
}

function convolveDepthwise(x: Tensor, filter: Tensor, attrs: ConvolutionGeometry): Tensor {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  return depthwiseConv2d(rank4(x), rank4(filter), strides, pad, dataFormat, dilations, dimRoundingMode);
}

/** Convolution kernels take nothing else. */
const rank4 = (t: Tensor): Tensor4D => t as Tensor4D;
