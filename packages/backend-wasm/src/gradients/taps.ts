import { concat, reshape, slice, type Tensor, type Tensor4D, zeros } from '@tensorflow/tfjs-core';
import { offsets, type Phase, union } from './phases';
import type { Axes } from './window';

/**
 * The filter with which a forward convolution computes one phase of rows and all phases of columns of a gradient.
 *
 * `taps` is [height, width, …]; the phases of columns, `besides`, lie side by side along `axis`, so that the convolution writes a
 * row in order. Made of slices and concatenations, which wasm copies whole: its Reverse goes element by element.
 */
export function phaseFilter(
  taps: Tensor4D,
  row: Phase,
  besides: readonly Phase[],
  { rows, columns }: Axes,
  axis: 2 | 3,
): Tensor4D {
  const [, , c, d] = taps.shape;
  const cell = (y: number | undefined, x: number | undefined): Tensor4D =>
    y === undefined || x === undefined ? zeros([1, 1, c, d]) : slice(taps, [y, x, 0, 0], [1, 1, c, d]);
  const lines = offsets(row, rows.dilation).map((y) => {
    const cells = offsets(union(besides), columns.dilation).map((x) => {
      const side = besides.map((column) => cell(row.tap(y), column.tap(x)));
      return join(side, axis);
    });
    return join(cells, 1);
  });
  return join(lines, 0);
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
