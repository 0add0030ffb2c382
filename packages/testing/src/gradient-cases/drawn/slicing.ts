import fc from 'fast-check';
import type { DrawnCases } from '../../gradcheck/check-kernel';
import { booleans, smooth } from '../../gradcheck/values';
import { cases, flag, shapes, whole } from './draw-case';

const slice = cases(
  shapes(1, 6, false).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      cuts: fc.tuple(...shape.map((size) => fc.tuple(whole(0, size - 1), whole(1, size), flag))),
    }),
  ),
  ({ shape, cuts }) => ({
    inputs: { x: smooth(...shape) },
    attrs: {
      begin: cuts.map(([begin]) => begin),
      // The rest of an axis can be −1.
      size: cuts.map(([begin, length, rest], i) => (rest ? -1 : Math.min(length, (shape[i] ?? 1) - begin))),
    },
  }),
);

/** An axis of a strided slice as it is written: taken in part, dropped, or added. */
const entry = fc.record({
  kind: fc.constantFrom('range', 'range', 'range', 'shrink', 'new'),
  from: whole(0, 9),
  length: whole(0, 9),
  stride: fc.constantFrom(1, 2, 3, -1, -2),
  openStart: flag,
  openEnd: flag,
  fromEnd: flag,
});

/** First and last place of a range that takes something of an axis of `size`, as numbers that TF.js reads so. */
function range(
  size: number,
  { from, length, stride, fromEnd }: { from: number; length: number; stride: number; fromEnd: boolean },
): [number, number] {
  const begin = from % size;
  const reach = 1 + (length % (stride > 0 ? size - begin : begin + 1));
  const end = stride > 0 ? begin + reach : begin - reach;
  if (end < 0) return [begin, -size - 1];
  return fromEnd ? [begin - size, end === size ? end : end - size] : [begin, end];
}

const stridedSlice = cases(
  fc.record({
    shape: shapes(1, 4, false),
    entries: fc.array(entry, { minLength: 1, maxLength: 4 }),
    ellipsis: fc.option(whole(0, 4)),
  }),
  ({ shape, entries, ellipsis }) => {
    // No more entries than there are axes.
    let left = shape.length;
    const written = entries.filter(({ kind }) => kind === 'new' || left-- > 0);
    const at = ellipsis === null ? -1 : Math.min(ellipsis, written.length);
    const skipped = shape.length - written.filter(({ kind }) => kind !== 'new').length;
    let axis = 0;
    const begin: number[] = [];
    const end: number[] = [];
    const strides: number[] = [];
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    const add = (b: number, e: number, s: number) => {
      begin.push(b);
      end.push(e);
      strides.push(s);
      return 2 ** (begin.length - 1);
    };
    written.forEach((drawn, i) => {
      const { kind, stride, openStart, openEnd } = drawn;
      if (i === at) {
        masks.ellipsisMask = add(0, 0, 1);
        axis += skipped;
      }
      if (kind === 'new') {
        masks.newAxisMask |= add(0, 0, 1);
        return;
      }
      const size = shape[axis++] ?? 1;
      if (kind === 'shrink') {
        const place = drawn.from % size;
        masks.shrinkAxisMask |= add(place, place + 1, 1);
        return;
      }
      const bit = add(...range(size, drawn), stride);
      if (openStart) masks.beginMask |= bit;
      if (openEnd) masks.endMask |= bit;
    });
    return {
      inputs: { x: smooth(...shape) },
      attrs: { begin, end, strides, ...masks },
      ...(masks.shrinkAxisMask > 0 &&
        strides.some((stride) => stride !== 1) && {
          except: {
            cpu: 'reads other entries, or fails, where a stride meets a dropped axis',
            wasm: 'reads other entries where a stride meets a dropped axis',
          },
        }),
    };
  },
);

const widths = (least: number, most: number, limit: (size: number) => number) =>
  shapes(least, most, false).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      paddings: fc.tuple(...shape.map((size) => fc.tuple(whole(0, limit(size)), whole(0, limit(size))))),
    }),
  );

const byPlace = 'takes the first entries of all where a condition chooses rows';

export const drawnSlices: DrawnCases = {
  Slice: slice,
  StridedSlice: stridedSlice,
  PadV2: cases(
    fc.tuple(
      widths(1, 5, () => 2),
      fc.constantFrom(0, 1.5),
    ),
    ([{ shape, paddings }, constantValue]) => ({
      inputs: { x: smooth(...shape) },
      attrs: { paddings, constantValue },
    }),
  ),
  MirrorPad: cases(
    fc.constantFrom('reflect' as const, 'symmetric' as const).chain((mode) =>
      fc.record({
        mode: fc.constant(mode),
        sized: widths(1, 4, (size) => Math.min(2, mode === 'reflect' ? size - 1 : size)),
      }),
    ),
    ({ mode, sized: { shape, paddings } }) => ({ inputs: { x: smooth(...shape) }, attrs: { mode, paddings } }),
  ),
  Select: cases(
    shapes(1, 5, false).chain((shape) =>
      fc.tuple(fc.constant(shape), flag).chain(([shape, byRow]) => {
        const chosen = byRow ? shape.slice(0, 1) : shape;
        const size = chosen.reduce((product, n) => product * n, 1);
        return fc.record({
          shape: fc.constant(shape),
          chosen: fc.constant(chosen),
          truth: fc.array(flag, { minLength: size, maxLength: size }),
        });
      }),
    ),
    ({ shape, chosen, truth }) => ({
      inputs: { condition: booleans(chosen, truth.map(Number)), t: smooth(...shape), e: smooth(...shape) },
      ...(chosen.length < shape.length && { except: { cpu: byPlace, wasm: byPlace } }),
    }),
  ),
};
