import {
  type Conv2DAttrs,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type Conv2DInputs,
  conv2d,
  conv2dTranspose,
  type DepthwiseConv2dNativeAttrs,
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
import { type GradientTable, type GradientTools, rule } from './rule';
import { convolutionWindows, type PlaneWindows, type Windows } from './windows';

export const convolutionGradients: GradientTable = {
  Conv2D: rule<Conv2DInputs, Conv2DAttrs>(({ inputs: { x, filter }, attrs, dy, tools }) => ({
    x: () => toConvolutionInput(dy, x, filter, attrs, tools),
  })),
  FusedConv2D: rule<FusedConv2DInputs, FusedConv2DAttrs>((operation) => {
    const { inputs, attrs, tools } = operation;
    const linear = () => convolve(inputs.x, inputs.filter, attrs);
    const { dz, pullbacks } = throughFused(operation, linear, againstOutput(attrs));
    return { x: () => toConvolutionInput(dz, inputs.x, inputs.filter, attrs, tools), ...pullbacks };
  }),
  DepthwiseConv2dNative: rule<DepthwiseConv2dNativeInputs, DepthwiseConv2dNativeAttrs>(
    ({ inputs: { x, filter }, attrs, dy, tools }) => ({ x: () => toDepthwiseInput(dy, x, filter, attrs, tools) }),
  ),
  FusedDepthwiseConv2D: rule<FusedDepthwiseConv2DInputs, FusedDepthwiseConv2DAttrs>((operation) => {
    const { inputs, attrs, tools } = operation;
    const linear = () => convolveDepthwise(inputs.x, inputs.filter, attrs);
    const { dz, pullbacks } = throughFused(operation, linear, againstOutput(attrs));
    return { x: () => toDepthwiseInput(dz, inputs.x, inputs.filter, attrs, tools), ...pullbacks };
  }),
  // A transposed convolution: the adjoint of an adjoint.
  Conv2DBackpropInput: rule<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
    ({ inputs: { filter }, attrs, dy }) => ({
      dy: () => {
        const attributes = { ...attrs, dilations: 1 };
        const windows = convolutionWindows(dy, filter, attributes, false);
        return convolve(dy, filter, { ...attributes, pad: samePadding(attrs, windows) });
      },
    }),
  ),
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

function toConvolutionInput(dy: Tensor, x: Tensor, filter: Tensor, attrs: Conv2DAttrs, tools: GradientTools): Tensor {
  const windows = convolutionWindows(x, filter, attrs, false);
  return inChannelsLast(dy, attrs, (dy) => {
    // The kernel knows no dilation, and on tfjs-node no padding by numbers for each side.
    if (dilated(windows) || Array.isArray(attrs.pad)) return conv2dInputGradient(dy, filter, windows, tools.weights);
    const shape: [number, number, number, number] = [
      dy.shape[0] ?? 1,
      windows[0].inputs,
      windows[1].inputs,
      filter.shape[2] ?? 1,
    ];
    return conv2dTranspose(rank4(dy), rank4(filter), shape, attrs.strides, attrs.pad, attrs.dimRoundingMode);
  });
}

function toDepthwiseInput(dy: Tensor, x: Tensor, filter: Tensor, attrs: Conv2DAttrs, tools: GradientTools): Tensor {
  const windows = convolutionWindows(x, filter, attrs, true);
  return inChannelsLast(dy, attrs, (dy) => {
    const kernel = 'DepthwiseConv2dNativeBackpropInput';
    if (!tools.has(kernel) || dilated(windows) || Array.isArray(attrs.pad)) {
      return depthwiseConv2dInputGradient(dy, filter, windows, tools.weights);
    }
    const inputShape = [dy.shape[0] ?? 1, windows[0].inputs, windows[1].inputs, filter.shape[2] ?? 1];
    return engine().runKernel(kernel, { dy, filter }, { ...attrs, dilations: [1, 1], inputShape });
  });
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

const dilated = ([rows, columns]: PlaneWindows): boolean => rows.dilation > 1 || columns.dilation > 1;

function inChannelsLast(dy: Tensor, { dataFormat }: Conv2DAttrs, gradient: (dy: Tensor) => Tensor): Tensor {
  if (dataFormat !== 'NCHW') return gradient(dy);
  return transpose(gradient(transpose(dy, [0, 2, 3, 1])), [0, 3, 1, 2]);
}

/** How a fused kernel lays a tensor with a value for each channel against its output. */
const againstOutput =
  ({ dataFormat }: FusedConv2DAttrs) =>
  (channels: Tensor): Tensor =>
    dataFormat === 'NCHW' && channels.rank === 1 ? reshape(channels, [channels.size, 1, 1]) : channels;

function convolve(x: Tensor, filter: Tensor, attrs: Conv2DAttrs): Tensor {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  return conv2d(rank4(x), rank4(filter), strides, pad, dataFormat, dilations, dimRoundingMode);
}

function convolveDepthwise(x: Tensor, filter: Tensor, attrs: Conv2DAttrs): Tensor {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  return depthwiseConv2d(rank4(x), rank4(filter), strides, pad, dataFormat, dilations, dimRoundingMode);
}

/** Convolution kernels take nothing else. */
const rank4 = (t: Tensor): Tensor4D => t as Tensor4D;
