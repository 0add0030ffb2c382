import {
  add,
  backend_util,
  cast,
  clipByValue,
  div,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  mul,
  neg,
  notEqual,
  type RotateWithOffsetAttrs,
  type RotateWithOffsetInputs,
  range,
  reshape,
  scatterND,
  slice,
  split,
  sub,
  type Tensor,
  type TransformAttrs,
  type TransformInputs,
  tensor,
  tensor1d,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { type GradientTable, rule } from './rule';

/** Images seen from elsewhere: every pixel sends its signal to the pixels that it was made of. */
export const warpGradients: GradientTable = {
  Transform: rule<TransformInputs, TransformAttrs>(({ inputs: { image, transforms }, attrs, y, dy }) => ({
    image: () => {
      const [count = 1, height = 1, width = 1, channels = 1] = image.shape;
      const [, high = 1, wide = 1] = y.shape;
      const { row, column, exists } = sources(transforms, high, wide);
      const rows = mapped(row, height, attrs.fillMode);
      const columns = mapped(column, width, attrs.fillMode);
      const first = reshape(range(0, count), [count, 1]);
      const signal = reshape(dy, [count, high * wide, channels]);
      return neighbours(rows, attrs.interpolation)
        .flatMap((r) => neighbours(columns, attrs.interpolation).map((c) => ({ r, c })))
        .map(({ r, c }) => {
          const there = logicalAnd(exists, logicalAnd(inside(r.at, height), inside(c.at, width)));
          const weight = where(there, mul(r.weight, c.weight), zerosLike(r.weight));
          const place = where(there, add(mul(r.at, width), c.at), zerosLike(r.at));
          const places = add(place, mul(first, height * width));
          const share = mul(signal, reshape(weight, [...weight.shape, 1]));
          return reshape(
            scatterND(reshape(cast(places, 'int32'), [-1, 1]), reshape(share, [-1, channels]), [
              count * height * width,
              channels,
            ]),
            image.shape,
          );
        })
        .reduce((sum, share) => add(sum, share));
    },
  })),
  RotateWithOffset: rule<RotateWithOffsetInputs, RotateWithOffsetAttrs>(({ inputs: { image }, attrs, dy }) => ({
    image: () => {
      const [count = 1, height = 1, width = 1, channels = 1] = image.shape;
      const pixels = height * width;
      const outside = count * pixels;
      const rotated = rotatedPlaces(height, width, attrs);
      const places = Int32Array.from({ length: outside }, (_, i) => {
        const place = rotated[i % pixels] ?? -1;
        return place < 0 ? outside : i - (i % pixels) + place;
      });
      const signal = reshape(dy, [outside, channels]);
      const sums = scatterND(tensor(places, [outside, 1], 'int32'), signal, [outside + 1, channels]);
      return reshape(slice(sums, [0, 0], [outside, channels]), image.shape);
    },
  })),
};

/** Where each pixel of the output lies in the image, [transforms, pixels]; `exists` is false for those at infinity. */
function sources(transforms: Tensor, high: number, wide: number): { row: Tensor; column: Tensor; exists: Tensor } {
  const pixels = Array.from({ length: high * wide }, (_, i) => i);
  const x = tensor1d(pixels.map((i) => i % wide));
  const y = tensor1d(pixels.map((i) => Math.floor(i / wide)));
  const [a, b, c, d, e, f, g, h] = split(transforms, 8, 1);
  if (!a || !b || !c || !d || !e || !f || !g || !h) throw new Error('a transform has eight numbers');
  const line = (p: Tensor, q: Tensor, r: Tensor | number) => add(add(mul(p, x), mul(q, y)), r);
  const projection = line(g, h, 1);
  const exists = notEqual(projection, 0);
  const divisor = where(exists, projection, add(zerosLike(projection), 1));
  return { column: div(line(a, b, c), divisor), row: div(line(d, e, f), divisor), exists };
}

/** A place beyond the image as the fill mode maps it onto the image. */
function mapped(at: Tensor, size: number, mode: TransformAttrs['fillMode']): Tensor {
  const inBounds = (t: Tensor) => clipByValue(t, 0, size - 1);
  const before = less(at, 0);
  const behind = greater(at, size - 1);
  const whole = (t: Tensor, period: number) => floor(div(t, period));
  switch (mode) {
    case 'nearest':
      return inBounds(at);
    case 'reflect': {
      if (size === 1) return zerosLike(at);
      const period = 2 * size;
      const low = add(at, mul(whole(neg(at), period), period));
      const fromBefore = where(less(low, -size), add(low, period), sub(neg(low), 1));
      const high = sub(at, mul(whole(at, period), period));
      const fromBehind = where(greaterEqual(high, size), sub(period - 1, high), high);
      return inBounds(where(before, fromBefore, where(behind, fromBehind, at)));
    }
    case 'wrap': {
      if (size === 1) return zerosLike(at);
      const fromBefore = add(at, mul(add(whole(neg(at), size - 1), 1), size));
      const fromBehind = sub(at, mul(whole(at, size - 1), size));
      return inBounds(where(before, fromBefore, where(behind, fromBehind, at)));
    }
    default:
      return at;
  }
}

/** The pixels that a place is made of along one axis, and how much of each. */
function neighbours(at: Tensor, how: TransformAttrs['interpolation']): { at: Tensor; weight: Tensor }[] {
  if (how === 'nearest') return [{ at: floor(add(at, 0.5)), weight: add(zerosLike(at), 1) }];
  const low = floor(at);
  const share = sub(at, low);
  return [
    { at: low, weight: sub(1, share) },
    { at: add(low, 1), weight: share },
  ];
}

const inside = (at: Tensor, size: number): Tensor => logicalAnd(greaterEqual(at, 0), lessEqual(at, size - 1));

/** The pixel that each pixel of a rotated image shows; below 0 where that is none. */
function rotatedPlaces(height: number, width: number, { radians, center }: RotateWithOffsetAttrs): number[] {
  const [centerX, centerY] = backend_util.getImageCenter(center, height, width);
  const [sine, cosine] = [Math.sin(radians), Math.cos(radians)];
  return Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [(i % width) - centerX, Math.floor(i / width) - centerY];
    const column = Math.round(x * cosine - y * sine + centerX);
    const row = Math.round(x * sine + y * cosine + centerY);
    return column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1;
  });
}
