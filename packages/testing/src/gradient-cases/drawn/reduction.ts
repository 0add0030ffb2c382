import fc from 'fast-check';
import type { DrawnCases } from '../../gradcheck/check-kernel';
import { distinct, smooth, type Values } from '../../gradcheck/values';
import { cases, exceptEmpty, flag, shapes, whole } from './draw-case';

/** Axes to reduce, one by itself or several in any order, counted from either end. */
const axesOf = (rank: number): fc.Arbitrary<number | number[]> =>
  fc.oneof(
    whole(-rank, rank - 1),
    fc
      .tuple(fc.shuffledSubarray([...Array(rank).keys()], { minLength: 1 }), flag)
      .map(([axes, fromEnd]) => axes.map((axis) => (fromEnd ? axis - rank : axis))),
  );

const reduction = (make: (...shape: number[]) => Values, name = 'axis', empty = true) =>
  cases(
    shapes(1, 6, empty).chain((shape) =>
      fc.record({ shape: fc.constant(shape), axis: axesOf(shape.length), keepDims: flag }),
    ),
    ({ shape, axis, keepDims }) => ({
      inputs: { x: make(...shape) },
      attrs: { [name]: axis, keepDims },
      ...exceptEmpty(shape),
    }),
  );

const scan = cases(
  shapes(1, 5, false).chain((shape) =>
    fc.record({ shape: fc.constant(shape), axis: whole(0, shape.length - 1), exclusive: flag, reverse: flag }),
  ),
  ({ shape, ...attrs }) => ({ inputs: { x: smooth(...shape) }, attrs }),
);

export const drawnReductions: DrawnCases = {
  Sum: reduction(smooth),
  Mean: reduction(smooth),
  Prod: reduction(smooth),
  Max: reduction(distinct, 'reductionIndices', false),
  Min: reduction(distinct, 'axis', false),
  Cumsum: scan,
  Cumprod: scan,
  TopK: cases(
    shapes(1, 5, false).chain((shape) =>
      fc.record({ shape: fc.constant(shape), k: whole(1, shape.at(-1) ?? 1), sorted: flag }),
    ),
    ({ shape, k, sorted }) => ({ inputs: { x: distinct(...shape) }, attrs: { k, sorted } }),
  ),
};
