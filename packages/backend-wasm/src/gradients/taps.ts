import { concat, reshape, slice, type Tensor, type Tensor2D, type Tensor4D, zeros } from '@tensorflow/tfjs-core';
import { type Axis, offsets, type Phase, type Span } from './phases';
import type { Axes } from './window';

/** What a forward convolution sees of the outputs to give one phase of rows and all phases of columns. */
export interface Window {
  readonly rows: Span;
  readonly columns: Span;
}

/**
 * The filter of that convolution. `taps` is [height, width, …]; the phases of columns lie side by side along `axis`, so
 * that the convolution writes a row in order. Made of whole slices: the backend's Reverse goes element by element.
 */
export function phaseFilter(
  taps: Tensor4D,
  window: Window,
  row: Phase,
  besides: readonly Phase[],
  { rows, columns }: Axes,
  axis: 2 | 3,
): Tensor4D {
  const [height, width, c, d] = taps.shape;
  const flat: Tensor2D = reshape(taps, [height * width, c * d]);
  const cell = (y: number | undefined, x: number | undefined): Tensor4D =>
    y === undefined || x === undefined
      ? zeros([1, 1, c, d])
      : reshape(slice(flat, [y * width + x, 0], [1, -1]), [1, 1, c, d]);
  const lines = offsets(window.rows, rows.dilation).map((y) => {
    const cells = offsets(window.columns, columns.dilation).map((x) => {
      const side = besides.map((column) => cell(row.tap(y), column.tap(x)));
      return join(side, axis);
    });
    return join(cells, 1);
  });
  return join(lines, 0);
}

/** Numbers of rows and columns for which XNNPACK has a depthwise kernel with SIMD: 1, 3, 4, 9 and 25 taps. */
const fastDepthwise = [
  [1, 1],
  [1, 3],
  [3, 1],
  [2, 2],
  [1, 4],
  [4, 1],
  [3, 3],
  [5, 5],
] as const;

/** `window` made as large as the next that a depthwise convolution is fast for: the others take ten times as long. */
export function widened({ rows, columns }: Window, axes: Axes): Window {
  const count = (span: Span, { dilation }: Axis) => offsets(span, dilation).length;
  const [height, width] = [count(rows, axes.rows), count(columns, axes.columns)];
  const [tall, wide] = fastDepthwise.find(([a, b]) => a >= height && b >= width) ?? [height, width];
  return {
    rows: { first: rows.first, last: rows.last + (tall - height) * axes.rows.dilation },
    columns: { first: columns.first, last: columns.last + (wide - width) * axes.columns.dilation },
  };
}

/** What the filter of a phase depends on, for the name it is kept under. */
export function nameOf({ rows, columns }: Axes): string {
  return [rows, columns].map(({ stride, dilation, before }) => `${stride},${dilation},${before}`).join(' ');
}

/** Puts the phases of rows, each [batch, ⌈height / stride⌉, …], one under the other in turn, and cuts off what is too much. */
export function interleave(rowPhases: readonly Tensor[], { rows, columns }: Axes, channels: number): Tensor4D {
  const batch = rowPhases[0]?.shape[0] ?? 0;
  const height = Math.ceil(rows.input / rows.stride);
  const width = Math.ceil(columns.input / columns.stride) * columns.stride;
  const lines = rowPhases.map((phase) => reshape(phase, [batch, height, width * channels]));
  const whole: Tensor4D = reshape(join(lines, 2), [batch, height * rows.stride, width, channels]);
  const isWhole = whole.shape[1] === rows.input && whole.shape[2] === columns.input;
  return isWhole ? whole : slice(whole, [0, 0, 0, 0], [batch, rows.input, columns.input, channels]);
}

function join<T extends Tensor>(parts: T[], axis: number): T {
  const [only] = parts;
  return parts.length === 1 && only ? only : concat(parts, axis);
}
