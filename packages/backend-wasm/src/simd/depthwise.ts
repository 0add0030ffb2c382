import type { Tensor4D } from '@tensorflow/tfjs-core';
import { type Axis, margins, phases, union } from '../gradients/phases';
import type { Axes } from '../gradients/window';
import { define } from './kernels';

const run = define('DepthwiseGradient', ({ inputs: { dy, filter }, attrs, kernels, make, at, free }) => {
  // `depthwiseGradient` alone runs it, with these.
  const { sizes, signal, padding, batch, height, width, channels } = attrs as unknown as Call;
  const dx = make([batch, height, width, channels]);
  const dz = make([batch, signal.height, signal.width, channels]);
  const [, outputHeight = 0, outputWidth = 0] = dy!.shape;
  kernels.margins(at(dy!), at(dz), batch, outputHeight, outputWidth, channels, ...padding);
  kernels.depthwise(at(dz), at(filter!), at(dx), batch, height, width, channels, signal.height, signal.width, ...sizes);
  free(dz);
  return dx;
});

/** What one call of the kernel takes beside its tensors. */
interface Call {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The size of dy with its margins. */
  readonly signal: { readonly height: number; readonly width: number };
  /** Above, below, left, right. */
  readonly padding: readonly number[];
  readonly sizes: readonly number[];
}

/** ∂S/∂x of a depthwise convolution without multiplier, of a multiple of four channels. */
export function depthwiseGradient(dy: Tensor4D, filter: Tensor4D, { rows, columns }: Axes): Tensor4D {
  const around = (axis: Axis) => margins(axis, union(phases(axis)));
  const [[above, below], [left, right]] = [around(rows), around(columns)];
  const call: Call = {
    batch: dy.shape[0],
    height: rows.input,
    width: columns.input,
    channels: dy.shape[3],
    signal: { height: rows.output + above + below, width: columns.output + left + right },
    padding: [above, below, left, right],
    sizes: [
      ...[rows.kernel, columns.kernel, rows.stride, columns.stride, rows.dilation, columns.dilation],
      ...[above, left, rows.before, columns.before],
    ],
  };
  return run({ dy, filter }, { ...call }) as Tensor4D; // made so
}
