import { add, clone, concat, dispose, keep, matMul, mul, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type RowMap, rowsOf, segments } from '../rows';
import type { Where } from '../site';
import { alias } from '../tape/engine';
import type { Tensors } from '../tape/node';

/** Weighted sum of the gradients over the points of each example. */
export interface Sum {
  /** One for each point. @defaultValue 1 / count, the mean */
  readonly weights?: Float64Array;
}

/** Sees every batch, in order. */
export interface Rows<R> {
  /** Called once for each batch; its tensors live until this returns. Runs inside `tidy`. */
  step(batch: Batch): void;
  result(): R;
  /** Frees what was kept, whether or not there was a result. */
  dispose?(): void;
}

/** Rows that were evaluated together. */
export interface Batch extends RowMap {
  readonly scores: Float32Array;
  /** Those on the reference, in a query `against` it. */
  readonly referenceScores: Float32Array;
  /** What was read there. */
  value(where: Where): Tensors;
  /** The gradient there. */
  grad(where: Where): Tensors;
}

/** Sums gradients over points: with quadrature weights an integral, without a mean. */
export const sum = (weights?: Float64Array): Sum => (weights ? { weights } : {});

/** Keeps only the scores, example-major. */
export function scores(): Rows<Float32Array> {
  const parts: Float32Array[] = [];
  return {
    step: (batch) => void parts.push(batch.scores),
    result: () => Float32Array.from(parts.flatMap((part) => [...part])),
  };
}

/** Concatenates what `map` makes of every batch: tensors with a row for each row. The caller owns the result. */
export function collect(map: (batch: Batch) => readonly Tensor[]): Rows<Tensor[]> {
  const batches: (readonly Tensor[])[] = [];
  return {
    step: (batch) => void batches.push(map(batch).map((tensor) => keep(clone(tensor)))),
    result: () =>
      tidy(() =>
        (batches[0] ?? []).map((_, i) =>
          concat(
            batches.map((batch) => batch[i] as Tensor),
            0,
          ),
        ),
      ), // alike in all
    dispose: () => dispose(batches.flat()),
  };
}

/**
 * What rows add to the weighted sums over the points of their examples: a row for each run of rows of one example. Made
 * where the rows are, since it is smaller than they are where an example has several.
 */
export function partialSums(values: Tensor, rows: Pick<RowMap, 'example' | 'point'>, weights: Float64Array): Tensor {
  if (weights.length === 1) {
    const [weight = 1] = weights;
    return weight === 1 ? alias(values) : tidy(() => mul(values, weight));
  }
  return tidy(() => {
    const parts = segments(rows.example).map(({ start, count }) => {
      const ofRows = Array.from(rows.point.subarray(start, start + count), (point) => weights[point] ?? 0);
      return weightedSum(rowsOf(values, start, count), ofRows);
    });
    const [only] = parts;
    return only && parts.length === 1 ? only : concat(parts, 0);
  });
}

/** A running sum over the points of each example, in plan order, never holding more than one tensor for an open example. */
export interface Accumulator {
  /** @param partial the partial sums of these rows, which come behind those before */
  add(partial: Tensor, rows: Pick<RowMap, 'example'>): void;
  /** One row per example. The caller disposes it. */
  result(): Tensor;
  dispose(): void;
}

/** @param points how many each example has */
export function accumulator(points: number): Accumulator {
  const parts: Tensor[] = [];
  let open = -1;

  const close = (example: number, part: Tensor) => {
    const before = parts.at(-1);
    if (example === open && before) {
      parts[parts.length - 1] = add(before, part);
      before.dispose();
      part.dispose();
    } else parts.push(part);
    open = example;
  };

  return {
    add(partial, rows) {
      if (points === 1) {
        parts.push(alias(partial));
        return;
      }
      const runs = segments(rows.example);
      for (const [i, { example }] of runs.entries())
        close(example, runs.length === 1 ? alias(partial) : rowsOf(partial, i, 1));
    },
    result() {
      const [only] = parts;
      return only && parts.length === 1 ? alias(only) : tidy(() => concat(parts, 0));
    },
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}

/** Σᵢ wᵢ valuesᵢ as one matrix product: Sum over the first dim transposes on wasm. */
function weightedSum(values: Tensor, weights: number[]): Tensor {
  const [count = 0, ...shape] = values.shape;
  const size = shape.reduce((product, n) => product * n, 1);
  return reshape(matMul([weights], reshape(values, [count, size])), [1, ...shape]);
}
