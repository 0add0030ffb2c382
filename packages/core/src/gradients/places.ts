import { add, concat, reshape, slice, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { padOrCrop } from './axis';
import type { PlaneWindows, Windows } from './windows';

/** The entries at one place of all windows of a plane, place by place, and the way back. */
export interface PlanePlaces {
  /** [rows, windows of rows, windows of columns, channels], for place (p, q) of a window. */
  take(p: number, q: number): Tensor;
  /** Adds `share` to the entries at place (p, q). */
  put(p: number, q: number, share: Tensor): void;
  /** What was put, in the shape of `x`. */
  all(): Tensor;
}

/**
 * Places of windows over `x` of [rows, height, width, channels], where padding is `outside`.
 *
 * A place of all windows is one slice of the input seen as [rows, ⌈height / stride⌉, stride · ⌈width / stride⌉,
 * stride · channels].
 */
export function planePlaces(x: Tensor, [rows, columns]: PlaneWindows, outside: number): PlanePlaces {
  const [count = 1, , , channels = 1] = x.shape;
  const [high, wide] = [strips(rows), strips(columns)];
  const widths: [number, number][] = [
    [0, 0],
    [rows.before, high * rows.stride - rows.before - rows.inputs],
    [columns.before, wide * columns.stride - columns.before - columns.inputs],
    [0, 0],
  ];
  const folded = reshape(padOrCrop(x, widths, outside), [count, high, rows.stride * wide, columns.stride * channels]);
  const parts = new Map<string, Tensor>();
  const locate = (k: number, { dilation, stride }: Windows) => {
    const at = k * dilation;
    return [Math.floor(at / stride), at % stride] as const;
  };
  return {
    take(p, q) {
      const [[row, a], [column, b]] = [locate(p, rows), locate(q, columns)];
      return slice(folded, [0, row, a * wide + column, b * channels], [count, rows.outputs, columns.outputs, channels]);
    },
    put(p, q, share) {
      const [[row, a], [column, b]] = [locate(p, rows), locate(q, columns)];
      const placed = padOrCrop(share, [
        [0, 0],
        [row, high - row - rows.outputs],
        [column, wide - column - columns.outputs],
        [0, 0],
      ]);
      const before = parts.get(`${a},${b}`);
      parts.set(`${a},${b}`, before ? add(before, placed) : placed);
    },
    all() {
      const part = (a: number, b: number) => parts.get(`${a},${b}`) ?? zeros([count, high, wide, channels]);
      const lines = range(rows.stride).map((a) =>
        concat(
          range(columns.stride).map((b) => part(a, b)),
          3,
        ),
      );
      const padded = reshape(concat(lines, 2), [count, high * rows.stride, wide * columns.stride, channels]);
      return padOrCrop(
        padded,
        widths.map(([before, behind]) => [-before, -behind] as const),
      );
    },
  };
}

/** Strips of `stride` entries that hold all that the windows see, and all inputs. */
export const strips = ({ inputs, outputs, size, stride, before }: Windows): number =>
  Math.ceil(Math.max(before + inputs, (outputs - 1) * stride + size) / stride);

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
