import {
  add,
  concat,
  gather,
  type MirrorPadAttrs,
  type MirrorPadInputs,
  type PadV2Attrs,
  type PadV2Inputs,
  reshape,
  reverse,
  type SelectInputs,
  type SliceAttrs,
  type SliceInputs,
  type StridedSliceAttrs,
  type StridedSliceInputs,
  slice,
  slice_util,
  type Tensor,
  tensor1d,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { padOrCrop, sliceAxis } from './axis';
import { partwise } from './complex';
import { type GradientTable, rule, ZERO } from './rule';

/** Kernels that take or leave entries by place. */
export const slicingGradients: GradientTable = partwise({
  Slice: rule<SliceInputs, SliceAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => {
      const [begin = []] = slice_util.parseSliceParams(x, attrs.begin, attrs.size);
      return padOrCrop(
        dy,
        x.shape.map((size, i) => {
          const before = begin[i] ?? 0;
          return [before, size - before - (y.shape[i] ?? 0)] as const;
        }),
      );
    },
  })),
  StridedSlice: rule<StridedSliceInputs, StridedSliceAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => {
      if (dy.size === 0) return zerosLike(x);
      const { begin, end, strides } = slice_util.sliceInfo(
        x.shape,
        attrs.begin,
        attrs.end,
        attrs.strides,
        attrs.beginMask,
        attrs.endMask,
        attrs.ellipsisMask,
        attrs.newAxisMask,
        attrs.shrinkAxisMask,
      );
      const taken = slice_util.computeOutShape(begin, end, strides);
      return taken.reduce(
        (signal, count, axis) => {
          const at = (i: number) => (begin[axis] ?? 0) + i * (strides[axis] ?? 1);
          return placeAlong(
            signal,
            axis,
            x.shape[axis] ?? 1,
            Array.from({ length: count }, (_, i) => at(i)),
          );
        },
        reshape(dy, taken),
      );
    },
  })),
  PadV2: rule<PadV2Inputs, PadV2Attrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () =>
      slice(
        dy,
        attrs.paddings.map(([before]) => before),
        x.shape,
      ),
  })),
  MirrorPad: rule<MirrorPadInputs, MirrorPadAttrs>(({ inputs: { x }, attrs: { paddings, mode }, dy }) => ({
    x: () =>
      paddings.reduce(
        (signal, [before, after], axis) =>
          foldAlong(signal, axis, x.shape[axis] ?? 1, before, after, mode === 'reflect' ? 1 : 0),
        dy,
      ),
  })),
  Select: rule<SelectInputs>(({ inputs: { condition, t }, dy }) => {
    // A condition of rank 1 chooses whole rows.
    const rank1 = condition.rank === 1 && t.rank > 1;
    const chosen = rank1 ? reshape(condition, [t.shape[0] ?? 1, ...t.shape.slice(1).fill(1)]) : condition;
    return {
      condition: ZERO,
      t: () => where(chosen, dy, zerosLike(dy)),
      e: () => where(chosen, zerosLike(dy), dy),
    };
  }),
});

/** Entry i of `dy` goes to place `positions[i]` of an axis of `size`; zeros elsewhere. */
function placeAlong(dy: Tensor, axis: number, size: number, positions: readonly number[]): Tensor {
  const count = positions.length;
  if (count === size && positions.every((position, i) => position === i)) return dy;
  const sources = new Int32Array(size).fill(count);
  positions.forEach((position, i) => {
    sources[position] = i;
  });
  const zero = zeros(dy.shape.map((n, i) => (i === axis ? 1 : n)));
  return gather(concat([dy, zero], axis), tensor1d(sources, 'int32'), axis);
}

/** Folds the `before` and `after` entries mirrored beyond the ends of an axis back onto it; `skip` = 1 if the end itself was not repeated. */
function foldAlong(dy: Tensor, axis: number, size: number, before: number, after: number, skip: number): Tensor {
  const mirrored = (begin: number, length: number, place: number) => {
    if (length === 0) return undefined;
    const widths = dy.shape.map((_, i) => (i === axis ? ([place, size - place - length] as const) : ([0, 0] as const)));
    return padOrCrop(reverse(sliceAxis(dy, axis, begin, length), axis), widths);
  };
  const parts = [mirrored(0, before, skip), mirrored(before + size, after, size - skip - after)];
  return parts.reduce<Tensor>((sum, part) => (part ? add(sum, part) : sum), sliceAxis(dy, axis, before, size));
}
