import {
  type AvgPool3DAttrs,
  type AvgPool3DInputs,
  add,
  type Conv3DAttrs,
  type Conv3DBackpropInputV2Attrs,
  type Conv3DBackpropInputV2Inputs,
  type Conv3DInputs,
  conv3d,
  type MaxPool3DAttrs,
  type MaxPool3DInputs,
  reshape,
  slice,
  stack,
  type Tensor,
  type Tensor5D,
  transpose,
} from '@tensorflow/tfjs-core';
import { convolutionInputGradient } from './convolution';
import { filterGradient } from './filter';
import { lowest, toLargest } from './maximum';
import { range } from './places';
import { averagePoolInputGradient } from './pooling';
import { type GradientTable, type GradientTools, rule } from './rule';
import { convolution3dWindows, pool3dWindows, putPlace, takePlace, type VolumeWindows } from './volume-windows';
import { places } from './windows';

/** Convolutions and poolings of volumes, in NDHWC: TF.js knows no other order. */
export const volumeGradients: GradientTable = {
  Conv3D: rule<Conv3DInputs, Conv3DAttrs>(({ inputs: { x, filter }, attrs, dy, tools }) => {
    const windows = convolution3dWindows(x.shape, filter, attrs);
    return {
      x: () => volumeInputGradient(dy, filter, windows, attrs, tools),
      filter: () => volumeFilterGradient(dy, x, windows, filter.shape),
    };
  }),
  // A transposed convolution: where a convolution has x it has the signal, and the other way round.
  Conv3DBackpropInputV2: rule<Conv3DBackpropInputV2Inputs, Conv3DBackpropInputV2Attrs>(
    ({ inputs: { dy: x, filter }, attrs: { strides, pad }, dy }) => ({
      dy: () => conv3d(rank5(dy), rank5(filter), strides, pad),
      filter: () => volumeFilterGradient(x, dy, convolution3dWindows(dy.shape, filter, { strides, pad }), filter.shape),
    }),
  ),
  AvgPool3D: rule<AvgPool3DInputs, AvgPool3DAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => averagePoolInputGradient(dy, pool3dWindows(x, attrs)),
  })),
  MaxPool3D: rule<MaxPool3DInputs, MaxPool3DAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => toLargestOfVolume(dy, x, y, pool3dWindows(x, attrs)),
  })),
};

/**
 * The signal at the input of a convolution of volumes. Planes go through a convolution of planes that has the filter's
 * depth among its channels, and then to their place in depth: TF.js's kernel for volumes is wrong on wasm and knows no dilation.
 */
function volumeInputGradient(
  dy: Tensor,
  filter: Tensor,
  [depth, rows, columns]: VolumeWindows,
  { pad }: Pick<Conv3DAttrs, 'pad'>,
  tools: GradientTools,
): Tensor {
  const [deep = 1, high = 1, wide = 1, inputs = 1, outputs = 1] = filter.shape;
  const flat = tools.weights.of(filter, 'depth among channels', (f) =>
    reshape(transpose(f, [1, 2, 0, 3, 4]), [high, wide, deep * inputs, outputs]),
  );
  const planes = reshape(dy, [-1, rows.outputs, columns.outputs, outputs]);
  const plane = { strides: [rows.stride, columns.stride] as [number, number], pad };
  const taps = convolutionInputGradient(planes, flat, [rows, columns], plane, tools);
  const tap = (k: number) =>
    reshape(slice(taps, [0, 0, 0, k * inputs], [-1, -1, -1, inputs]), [
      dy.shape[0] ?? 1,
      depth.outputs,
      rows.inputs,
      columns.inputs,
      inputs,
    ]);
  return range(places(depth))
    .map((k) => putPlace(tap(k), 1, depth, k))
    .reduce((sum, signal) => add(sum, signal));
}

/** The signal at the filter of a convolution of volumes: of planes, for each place in depth. In NDHWC. */
function volumeFilterGradient(
  dy: Tensor,
  x: Tensor,
  [depth, rows, columns]: VolumeWindows,
  shape: readonly number[],
): Tensor {
  const planes = (t: Tensor) => reshape(t, [-1, ...t.shape.slice(2)]);
  const parts = range(places(depth)).map((k) =>
    filterGradient(planes(dy), planes(takePlace(x, 1, depth, k, 0)), [rows, columns], shape.slice(1)),
  );
  return reshape(stack(parts), [...shape]);
}

/** A volume's windows are planes, one behind the other: each takes what those before it left. */
function toLargestOfVolume(dy: Tensor, x: Tensor, y: Tensor, [depth, rows, columns]: VolumeWindows): Tensor {
  const [batch = 1, , height = 1, width = 1, channels = 1] = x.shape;
  const planes = (t: Tensor) => reshape(t, [batch * depth.outputs, ...t.shape.slice(2)]);
  let left = planes(dy);
  return range(places(depth))
    .map((k) => {
      const shared = toLargest(left, planes(takePlace(x, 1, depth, k, lowest)), planes(y), [rows, columns]);
      left = shared.left;
      return putPlace(reshape(shared.signal, [batch, depth.outputs, height, width, channels]), 1, depth, k);
    })
    .reduce((sum, signal) => add(sum, signal));
}

/** These kernels take nothing else. */
const rank5 = (t: Tensor): Tensor5D => t as Tensor5D;
