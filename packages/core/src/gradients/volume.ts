import {
  add,
  type Conv3DAttrs,
  type Conv3DBackpropInputV2Attrs,
  type Conv3DBackpropInputV2Inputs,
  type Conv3DInputs,
  conv3d,
  reshape,
  slice,
  type Tensor,
  type Tensor5D,
  transpose,
} from '@tensorflow/tfjs-core';
import { convolutionInputGradient } from './convolution';
import { volumeFilterGradient } from './filter';
import { putPlace, range } from './places';
import { type GradientTable, type GradientTools, rule } from './rule';
import { convolution3dWindows, places, type VolumeWindows } from './windows';

/** Convolutions of volumes, in NDHWC: TF.js knows no other order. */
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

/** These kernels take nothing else. */
const rank5 = (t: Tensor): Tensor5D => t as Tensor5D;
