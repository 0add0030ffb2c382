import { add, clone, concat, slice, type Tensor, tidy, tile, zeros } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import { isGone } from './tape/engine';

/** Which example and which point each row of a batch is. */
export interface RowMap {
  /** Example of each row. */
  readonly example: Int32Array;
  /** Point of each row, counted within its example. */
  readonly point: Int32Array;
  /** The rows' own values of a tensor with one row per example. The caller disposes the result. */
  take(perExample: Tensor): Tensor;
}

/** Consecutive rows of one example. */
export interface Segment {
  readonly example: number;
  /** First row, within the batch. */
  readonly start: number;
  readonly count: number;
}

/**
 * Rows `start` … `end` of examples × points, example-major. `origin` maps examples to those `take` draws from.
 * @param least how many rows there are at least: the last is repeated
 */
export function rowMap(start: number, end: number, points: number, origin?: Int32Array, least = 0): RowMap {
  const rows = Array.from({ length: Math.max(end - start, least) }, (_, i) => Math.min(start + i, end - 1));
  const own = Int32Array.from(rows, (row) => Math.floor(row / points));
  const example = origin ? own.map((e) => origin[e] ?? 0) : own;
  return { example, point: Int32Array.from(rows, (row) => row % points), take: (tensor) => takeRows(tensor, example) };
}

/** Runs of equal neighbours. */
export function segments(example: Int32Array): Segment[] {
  const runs: Segment[] = [];
  for (let start = 0; start < example.length; ) {
    let end = start + 1;
    while (end < example.length && example[end] === example[start]) end++;
    runs.push({ example: example[start] ?? 0, start, count: end - start });
    start = end;
  }
  return runs;
}

/**
 * Row `example[i]` of `tensor` as row i.
 *
 * Slices, repeats and concatenates runs rather than gathers: Gather is one of the slowest kernels on wasm.
 */
export function takeRows(tensor: Tensor, example: Int32Array): Tensor {
  return tidy(() => {
    const parts: Tensor[] = [];
    for (let i = 0; i < example.length; ) {
      const first = example[i] ?? 0;
      let next = i + 1;
      while (next < example.length && example[next] === first + next - i) next++;
      if (next > i + 1) {
        parts.push(rowsOf(tensor, first, next - i));
      } else {
        while (next < example.length && example[next] === first) next++;
        parts.push(repeat(rowsOf(tensor, first, 1), next - i));
      }
      i = next;
    }
    const [only] = parts;
    return only && parts.length === 1 ? only : concat(parts, 0);
  });
}

/** Rows `start` … `start + count` of `tensor`. */
export function rowsOf(tensor: Tensor, start: number, count: number): Tensor {
  if (isGone(tensor)) {
    throw new AttributionError('inputs', {
      got: `a disposed tensor of shape [${tensor.shape}]`,
      expected: 'inputs, baselines and what a target function uses to live until the attribution is done',
      fix: 'Await the attribution before you dispose them or end the tidy() that they were made in.',
    });
  }
  if (count === tensor.shape[0]) return clone(tensor); // most backends share its values
  return slice(tensor, [start, ...tensor.shape.slice(1).map(() => 0)], [count, ...tensor.shape.slice(1)]);
}

/** One row `count` times. Adding zeros broadcasts on XNNPACK, where Tile is a scalar loop. */
function repeat(row: Tensor, count: number): Tensor {
  if (count === 1) return row;
  if (row.dtype === 'float32') return add(row, zeros([count, ...row.shape.slice(1).map(() => 1)]));
  return tile(row, [count, ...row.shape.slice(1).map(() => 1)]);
}
