import { add, cast, clone, concat, mul, sub, type Tensor, tensor, tidy, where } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { type FeatureGroups, featuresOfRow } from '../features';
import { type RowMap, rowsOf, segments } from '../rows';
import { interior } from '../tape/engine';
import type { Tensors } from '../tape/node';

/** Where the model is evaluated: `count` points for each example. Data wherever it can be. */
export type Points = { readonly count: number } & (
  | { readonly kind: 'path'; readonly alphas: Float64Array }
  | { readonly kind: 'off'; readonly sets: Boxes | Coalitions | Omissions; readonly fill: Fill }
  | { readonly kind: 'make'; make(x: Tensors, rows: RowMap): Tensor[] }
);

/** reference + α (x − reference), a point for each α; α = 1 is x itself. */
export function path(alphas: ArrayLike<number>): Points {
  return { kind: 'path', count: alphas.length, alphas: Float64Array.from(alphas) };
}

/** The unperturbed input. */
export const asIs = (): Points => path([1]);

/** Points a method makes itself: from the rows' own x to the tensors put there. Runs inside `tidy`. */
export function made(count: number, make: (x: Tensors, rows: RowMap) => Tensor[]): Points {
  return { kind: 'make', count, make };
}

/** A box of elements of one tensor: from `low` up to but without `high`, over the dims behind the batch. */
export interface Box {
  /** Which of the tensors at the site. */
  readonly tensor: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Each point misses one box. */
export interface Boxes {
  readonly kind: 'boxes';
  readonly boxes: readonly Box[];
}

/** Each point misses the features whose bit is not set. */
export interface Coalitions {
  readonly kind: 'coalitions';
  readonly groups: FeatureGroups;
  /** Point × feature, 1 = present. */
  readonly present: Uint8Array;
}

/** Point k misses feature k, and no other. */
export interface Omissions {
  readonly kind: 'omissions';
  readonly groups: FeatureGroups;
}

/** What a missing element becomes: its value in the reference. */
type Fill = 'reference';

/** Every point misses one box, which takes its values from the reference. */
export function missing(boxes: readonly Box[]): Points {
  return { kind: 'off', count: boxes.length, sets: { kind: 'boxes', boxes }, fill: 'reference' };
}

/**
 * Points given as coalitions of features, which are present; the others take their values from the reference.
 * @param present shape [points, features], 1 = present
 * @throws AttributionError `option` if there are no whole rows of it
 */
export function coalitions(groups: FeatureGroups, present: Uint8Array): Points {
  const count = present.length / groups.count;
  if (!Number.isInteger(count)) {
    throw new AttributionError('option', {
      got: `${present.length} entries for coalitions of ${groups.count} features`,
      expected: 'an entry for each feature of each point',
      fix: 'Lay the points one after the other, features × points entries in all.',
    });
  }
  return { kind: 'off', count, sets: { kind: 'coalitions', groups, present }, fill: 'reference' };
}

/** A point for each feature, which alone takes its values from the reference. */
export function withoutEach(groups: FeatureGroups): Points {
  return { kind: 'off', count: groups.count, sets: { kind: 'omissions', groups }, fill: 'reference' };
}

/** Whether the points lie away from x, so that a reference is needed. */
export const needsReference = (points: Points): boolean =>
  points.kind === 'off' || (points.kind === 'path' && points.alphas.some((alpha) => alpha !== 1));

/** The tensors of the given rows, which the caller disposes, and the bytes that were held to make them. */
export function pointsAt(
  points: Points,
  rows: RowMap,
  x: Tensors,
  reference: Tensors,
): { values: Tensors; bytes: number } {
  const { state } = interior();
  const before = state.numBytes;
  let bytes = 0;
  const values = tidy(() => {
    const made = points.kind === 'make' ? points.make(x.map(rows.take), rows) : dataPoints(points, rows, x, reference);
    // Clones, since they are disposed while the method may go on to use its own.
    const own = points.kind === 'make' ? made.map((tensor) => clone(tensor)) : made;
    bytes = state.numBytes - before;
    return own;
  });
  return { values, bytes };
}

function dataPoints(points: Exclude<Points, { kind: 'make' }>, rows: RowMap, x: Tensors, reference: Tensors): Tensor[] {
  if (points.kind === 'off') {
    return x.map((tensor, i) =>
      replace(tensor, reference[i] ?? tensor, keptElements(points.sets, i, rows, tensor.shape.slice(1)), rows),
    );
  }
  if (!needsReference(points)) return x.map((tensor) => rows.take(tensor));
  const alphas = Array.from(rows.point, (point) => points.alphas[point] ?? 0);
  return x.map((tensor, i) => interpolate(tensor, reference[i] ?? tensor, alphas, rows));
}

/** Applies `mix` to every run of rows of one example: one row of x and reference against many points. */
function perSegment(rows: RowMap, mix: (example: number, start: number, count: number) => Tensor): Tensor {
  const parts = segments(rows.example).map(({ example, start, count }) => mix(example, start, count));
  const [only] = parts;
  return only && parts.length === 1 ? only : concat(parts, 0);
}

function interpolate(x: Tensor, reference: Tensor, alphas: number[], rows: RowMap): Tensor {
  const ones = x.shape.slice(1).map(() => 1);
  return perSegment(rows, (example, start, count) => {
    const from = rowsOf(reference, example, 1);
    const alpha = tensor(alphas.slice(start, start + count), [count, ...ones]);
    return add(from, mul(alpha, sub(rowsOf(x, example, 1), from)));
  });
}

/** x where `kept` is 1 and the reference where it is 0. Exact, as each is multiplied by 1 or 0 and added to 0. */
function replace(x: Tensor, reference: Tensor, kept: Float32Array, rows: RowMap): Tensor {
  const shape = x.shape.slice(1);
  const size = shape.reduce((product, n) => product * n, 1);
  return perSegment(rows, (example, start, count) => {
    const mask = tensor(kept.subarray(start * size, (start + count) * size), [count, ...shape]);
    const [on, off] = [rowsOf(x, example, 1), rowsOf(reference, example, 1)];
    if (x.dtype !== 'float32') return where(cast(mask, 'bool'), on, off);
    return add(mul(mask, on), mul(sub(1, mask), off));
  });
}

/** 1 for every element that stays, 0 for every missing one; rows × elements of one row. */
function keptElements(
  sets: Boxes | Coalitions | Omissions,
  tensorIndex: number,
  rows: RowMap,
  shape: readonly number[],
): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1);
  const kept = new Float32Array(rows.point.length * size).fill(1);
  rows.point.forEach((point, row) => {
    if (sets.kind === 'boxes') {
      const box = sets.boxes[point];
      if (box?.tensor === tensorIndex) forEachElement(box, shape, (element) => (kept[row * size + element] = 0));
      return;
    }
    const features = featuresOfRow(sets.groups, tensorIndex, rows.example[row] ?? 0, size);
    const isKept =
      sets.kind === 'omissions'
        ? (feature: number) => (feature === point ? 0 : 1)
        : (feature: number) => sets.present[point * sets.groups.count + feature] ?? 1;
    for (let element = 0; element < size; element++) kept[row * size + element] = isKept(features[element] ?? 0);
  });
  return kept;
}

/** Calls `visit` with the flat index of every element in a box. */
export function forEachElement({ low, high }: Box, shape: readonly number[], visit: (element: number) => void): void {
  const last = shape.length - 1;
  const walk = (dim: number, offset: number) => {
    for (let i = low[dim] ?? 0; i < (high[dim] ?? 0); i++) {
      const element = offset * (shape[dim] ?? 1) + i;
      if (dim === last) visit(element);
      else walk(dim + 1, element);
    }
  };
  if (last >= 0) walk(0, 0);
}
