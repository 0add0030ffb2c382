import { conv2d, depthwiseConv2d, mul, ones, pad, reshape, sum, type Tensor4D, transpose } from '@tensorflow/tfjs-core';
import { depthwiseGradient as depthwiseInOne } from '../simd/depthwise';
import { multiplyPacked, packTransposed } from '../simd/matmul';
import { kernels } from '../simd/module';
import { kept, type Weights } from './kept';
import { type Axis, margins, phases, union } from './phases';
import { interleave, nameOf, phaseFilter, widened } from './taps';
import { type Axes, withMargins } from './window';

/**
 * ∂S/∂x of a 2-D convolution by forward convolutions, which XNNPACK runs: the backend's own Conv2DBackpropInput is a
 * plain loop, ten times slower. One convolution for each phase of rows; the phases of columns are channels of it.
 */
export function convolutionGradient(dy: Tensor4D, filter: Tensor4D, axes: Axes, weights: Weights): Tensor4D {
  const { rows, columns } = axes;
  if (rows.kernel * columns.kernel === 1) {
    const dx = throughPoint(dy, filter, weights);
    return fitsOutput(rows) && fitsOutput(columns) ? dx : insertZeros(dx, axes);
  }
  const besides = phases(columns);
  const lines = phases(rows).map((row, remainder) => {
    const window = { rows: row, columns: union(besides) };
    const flipped = kept(weights, filter, `convolution ${nameOf(axes)} ${remainder}`, (w) =>
      phaseFilter(swapped(w), window, row, besides, axes, 3),
    );
    const seen = withMargins(dy, margins(rows, window.rows), margins(columns, window.columns));
    return conv2d(seen.x, flipped, 1, seen.pad, 'NHWC', [rows.dilation, columns.dilation]);
  });
  return interleave(lines, axes, filter.shape[2]);
}

/**
 * ∂S/∂x of a depthwise convolution by forward ones; the backend has no kernel for it. `dy` is repeated along its
 * channels for the phases of columns, at the size of the output, which is cheaper than zeros inserted at the input's.
 */
export function depthwiseGradient(dy: Tensor4D, filter: Tensor4D, axes: Axes, weights: Weights): Tensor4D {
  const { rows, columns } = axes;
  const [, , channels, multiplier] = filter.shape;
  const summed = (all: Tensor4D): Tensor4D =>
    multiplier === 1 ? all : sum(reshape(all, [dy.shape[0], rows.input, columns.input, channels, multiplier]), -1);
  // Of the windows that XNNPACK is fast for, only those of 3 × 3 without stride are faster there.
  const { kernel, stride } = rows;
  const small = kernel <= 3 && stride === 1 && columns.kernel <= 3 && columns.stride === 1;
  if (kernels() && !small && (channels * multiplier) % 4 === 0) return summed(depthwiseInOne(dy, filter, axes));
  const besides = phases(columns);
  const signal = repeatChannels(dy, columns.stride);
  const lines = phases(rows).map((row, remainder) => {
    const window = widened({ rows: row, columns: union(besides) }, axes);
    const flipped = kept(weights, filter, `depthwise ${nameOf(axes)} ${remainder}`, (w) =>
      phaseFilter(reshape(w, [w.shape[0], w.shape[1], channels * multiplier, 1]), window, row, besides, axes, 2),
    );
    const seen = withMargins(signal, margins(rows, window.rows), margins(columns, window.columns));
    return depthwiseConv2d(seen.x, flipped, 1, seen.pad, 'NHWC', [rows.dilation, columns.dilation]);
  });
  return summed(interleave(lines, axes, channels * multiplier));
}

/** The gradient of a 1 × 1 filter, at the size of the output: a product of matrices. */
function throughPoint(dy: Tensor4D, filter: Tensor4D, weights: Weights): Tensor4D {
  if (!kernels()) return conv2d(dy, kept(weights, filter, 'swapped', swapped), 1, 'valid');
  const [, , channels, outputs] = filter.shape;
  const [batch, height, width] = dy.shape;
  const packed = weights.of(filter, 'packed', (w) => packTransposed(reshape(w, [channels, outputs])));
  const dx = multiplyPacked(reshape(dy, [batch * height * width, outputs]), packed, channels);
  return reshape(dx, [batch, height, width, channels]);
}

/** Whether every input of a 1 × 1 window is an output. */
const fitsOutput = ({ input, output, stride, before }: Axis): boolean =>
  stride === 1 && before === 0 && input === output;

/** [height, width, in, out] → [height, width, out, in]. */
const swapped = (filter: Tensor4D): Tensor4D => transpose(filter, [0, 1, 3, 2]);

/** Every channel block `times` over, side by side: a product with ones, because XNNPACK broadcasts and Tile is slow. */
function repeatChannels(x: Tensor4D, times: number): Tensor4D {
  if (times === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const repeated = mul(reshape(x, [batch, height, width, 1, channels]), ones([times, 1]));
  return reshape(repeated, [batch, height, width, times * channels]);
}

/** Puts entry o at stride·o − before of an input and zeros elsewhere: the adjoint of a strided 1×1 window. */
function insertZeros(x: Tensor4D, { rows, columns }: Axes): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const spaced = pad(reshape(x, [batch, height, 1, width, 1, channels]), [
    [0, 0],
    [0, 0],
    [0, rows.stride - 1],
    [0, 0],
    [0, columns.stride - 1],
    [0, 0],
  ]);
  const wide: Tensor4D = reshape(spaced, [batch, height * rows.stride, width * columns.stride, channels]);
  const { x: inside, pad: padding } = withMargins(
    wide,
    [-rows.before, rows.input - wide.shape[1] + rows.before],
    [-columns.before, columns.input - wide.shape[2] + columns.before],
  );
  return padding === 'valid' ? inside : pad(inside, padding);
}
