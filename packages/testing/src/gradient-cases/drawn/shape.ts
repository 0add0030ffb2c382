import fc from 'fast-check';
import type { DrawnCases } from '../../gradcheck/check-kernel';
import type { KernelCase } from '../../gradcheck/kernel-case';
import { smooth } from '../../gradcheck/values';
import { axisOf, cases, exceptEmpty, permuted, shapes, whole } from './draw-case';

const withAxis = (least: number, most: number, make: (shape: number[], axis: number) => KernelCase) =>
  cases(
    shapes(least, most).chain((shape) => fc.tuple(fc.constant(shape), axisOf(shape.length))),
    ([shape, axis]) => make(shape, axis),
  );

/** Lengths along one axis of an otherwise equal list of tensors. */
const parts = shapes(1, 6, false).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axis: axisOf(shape.length),
    lengths: fc.array(whole(1, 3), { minLength: 1, maxLength: 3 }),
  }),
);
const resized = (shape: number[], axis: number, size: number) =>
  shape.map((n, i) => (i === (axis + shape.length) % shape.length ? size : n));

const blocks = fc.record({
  batch: whole(1, 2),
  block: fc.tuple(whole(1, 3), whole(1, 3)),
  size: fc.tuple(whole(1, 3), whole(1, 3)),
  edges: fc.tuple(fc.tuple(whole(0, 1), whole(0, 1)), fc.tuple(whole(0, 1), whole(0, 1))),
  channels: whole(1, 2),
});

export const drawnShapes: DrawnCases = {
  Identity: cases(shapes(0, 6), (shape) => ({ inputs: { x: smooth(...shape) } })),
  Reshape: cases(
    shapes(0, 6).chain((shape) => fc.tuple(fc.constant(shape), permuted(shape))),
    ([shape, other]) => ({ inputs: { x: smooth(...shape) }, attrs: { shape: [1, ...other] } }),
  ),
  ExpandDims: withAxis(1, 5, (shape, dim) => ({ inputs: { input: smooth(...shape) }, attrs: { dim } })),
  Transpose: cases(
    shapes(1, 6).chain((shape) => fc.tuple(fc.constant(shape), permuted([...shape.keys()]))),
    ([shape, perm]) => ({ inputs: { x: smooth(...shape) }, attrs: { perm } }),
  ),
  Reverse: cases(
    shapes(1, 6).chain((shape) => fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()]))),
    ([shape, dims]) => ({ inputs: { x: smooth(...shape) }, attrs: { dims } }),
  ),
  FlipLeftRight: cases(fc.tuple(whole(1, 2), whole(1, 3), whole(1, 4), whole(1, 3)), (shape) => ({
    inputs: { image: smooth(...shape) },
  })),
  Concat: cases(parts, ({ shape, axis, lengths }) => ({
    inputs: lengths.map((length) => smooth(...resized(shape, axis, length))),
    attrs: { axis },
  })),
  SplitV: cases(parts, ({ shape, axis, lengths }) => ({
    inputs: {
      x: smooth(
        ...resized(
          shape,
          axis,
          lengths.reduce((sum, n) => sum + n, 0),
        ),
      ),
    },
    attrs: { numOrSizeSplits: lengths, axis },
  })),
  Pack: cases(
    shapes(0, 5, false).chain((shape) => fc.tuple(fc.constant(shape), whole(0, shape.length), whole(1, 3))),
    ([shape, axis, count]) => ({ inputs: Array.from({ length: count }, () => smooth(...shape)), attrs: { axis } }),
  ),
  Unpack: cases(
    shapes(1, 6, false).chain((shape) => fc.tuple(fc.constant(shape), whole(0, shape.length - 1))),
    ([shape, axis]) => ({ inputs: { value: smooth(...shape) }, attrs: { axis } }),
  ),
  Tile: cases(
    shapes(1, 6).chain((shape) =>
      fc.tuple(fc.constant(shape), fc.array(whole(1, 2), { minLength: shape.length, maxLength: shape.length })),
    ),
    ([shape, reps]) => ({ inputs: { x: smooth(...shape) }, attrs: { reps }, ...exceptEmpty(shape) }),
  ),
  DepthToSpace: cases(
    fc.tuple(whole(1, 2), whole(1, 3), whole(1, 3), whole(1, 2), whole(2, 3), fc.constantFrom('NHWC', 'NCHW')),
    ([batch, height, width, channels, blockSize, dataFormat]) => {
      const depth = channels * blockSize ** 2;
      const shape = dataFormat === 'NHWC' ? [batch, height, width, depth] : [batch, depth, height, width];
      return {
        inputs: { x: smooth(...shape) },
        attrs: { blockSize, dataFormat },
        ...(dataFormat === 'NCHW' && { except: { cpu: 'takes NHWC only' } }),
      };
    },
  ),
  SpaceToBatchND: cases(blocks, ({ batch, block: [high, wide], size: [rows, columns], edges, channels }) => {
    const inner = (blocks: number, size: number, [before, after]: [number, number]) => blocks * size - before - after;
    const [height, width] = [inner(high, rows, edges[0]), inner(wide, columns, edges[1])];
    const fits = height > 0 && width > 0;
    return {
      inputs: { x: smooth(batch, fits ? height : high * rows, fits ? width : wide * columns, channels) },
      attrs: {
        blockShape: [high, wide],
        paddings: fits
          ? edges
          : [
              [0, 0],
              [0, 0],
            ],
      },
    };
  }),
  BatchToSpaceND: cases(blocks, ({ batch, block: [high, wide], size: [rows, columns], edges, channels }) => {
    const fits = edges.every(([low, end], i) => low + end < (i === 0 ? high * rows : wide * columns));
    return {
      inputs: { x: smooth(batch * high * wide, rows, columns, channels) },
      attrs: {
        blockShape: [high, wide],
        crops: fits
          ? edges
          : [
              [0, 0],
              [0, 0],
            ],
      },
    };
  }),
};
