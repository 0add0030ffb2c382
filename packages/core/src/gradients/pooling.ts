import {
  type AvgPool3DAttrs,
  type AvgPool3DInputs,
  type AvgPoolAttrs,
  type AvgPoolInputs,
  add,
  concat,
  engine,
  equal,
  type MaxPoolAttrs,
  type MaxPoolInputs,
  type MaxPoolWithArgmaxAttrs,
  type MaxPoolWithArgmaxInputs,
  mul,
  pad,
  reshape,
  slice,
  sub,
  type Tensor,
  tensor4d,
  zeros,
} from '@tensorflow/tfjs-core';
import { type AxisMap, adjointAlong, padOrCrop } from './axis';
import { type GradientTable, rule } from './rule';
import { type PlaneWindows, pool3dWindows, poolWindows, type Windows } from './windows';

export const poolingGradients: GradientTable = {
  AvgPool: rule<AvgPoolInputs, AvgPoolAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => averagePoolInputGradient(dy, poolWindows(x, attrs)),
  })),
  AvgPool3D: rule<AvgPool3DInputs, AvgPool3DAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => averagePoolInputGradient(dy, pool3dWindows(x, attrs)),
  })),
  MaxPool: rule<MaxPoolInputs, MaxPoolAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => maxPoolInputGradient(dy, x, y, poolWindows(x, attrs)),
  })),
  MaxPoolWithArgmax: rule<MaxPoolWithArgmaxInputs, MaxPoolWithArgmaxAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => maxPoolInputGradient(dy, x, y, poolWindows(x, attrs)),
  })),
};

/** MaxPool by TF.js's own backward kernel, for a backend where that is right and the first of equal maxima wins. Not wasm. */
export const kernelMaxPool: GradientTable = {
  MaxPool: rule<MaxPoolInputs, MaxPoolAttrs>(({ inputs: { x: input }, attrs, y: output, dy }) => ({
    x: () => engine().runKernel('MaxPoolGrad', { dy, input, output }, { ...attrs }),
  })),
};

/** AvgPool by TF.js's own backward kernel, for a backend whose kernel divides by the full window at the borders too. Not tfjs-node. */
export const kernelAveragePool: GradientTable = {
  AvgPool: rule<AvgPoolInputs, AvgPoolAttrs>(({ inputs: { x: input }, attrs, dy }) => ({
    x: () => {
      const windows = poolWindows(input, attrs);
      // The kernel takes no rounding: for it, numbered padding always rounds down.
      if (attrs.dimRoundingMode && attrs.dimRoundingMode !== 'floor') return averagePoolInputGradient(dy, windows);
      const [rows, columns] = windows;
      const factors = borderFactors(rows).flatMap((row) => borderFactors(columns).map((column) => row * column));
      const mended = mul(dy, tensor4d(factors, [1, rows.outputs, columns.outputs, 1]));
      return engine().runKernel('AvgPoolGrad', { dy: mended, input }, { ...attrs });
    },
  })),
};

/** The inputs [from, to) that output `o` sees; padding is not among them. */
function seen({ inputs, size, stride, before }: Windows, o: number): { from: number; to: number } {
  const start = o * stride - before;
  return { from: Math.max(0, start), to: Math.min(inputs, start + size) };
}

/** For each output the window's size over the number of inputs in it. */
function borderFactors(windows: Windows): number[] {
  return Array.from({ length: windows.outputs }, (_, o) => {
    const { from, to } = seen(windows, o);
    return windows.size / (to - from);
  });
}

/** A mean over a box is a mean along each axis in turn, of the inputs that are there: padding does not count. */
function averagePoolInputGradient(dy: Tensor, spatial: readonly Windows[]): Tensor {
  return spatial.reduce((signal, windows, i) => adjointAlong(signal, i + 1, mean(windows)), dy);
}

const mean = (windows: Windows): AxisMap => ({
  inputs: windows.inputs,
  outputs: windows.outputs,
  weights(add) {
    for (let o = 0; o < windows.outputs; o++) {
      const { from, to } = seen(windows, o);
      for (let i = from; i < to; i++) add(o, i, 1 / (to - from));
    }
  },
});

/** Lower than what a model computes, and finite, since not every GPU has infinities. */
const lowest = -3.4e38;

/**
 * The signal at the input of a max pooling. Place by place in the window, in reading order, what is left of the signal goes
 * to the inputs that equal the maximum: the first takes it all.
 *
 * A place (p, q) of all windows is one slice of the input seen as [rows, ⌈height / stride⌉, stride · ⌈width / stride⌉,
 * stride · channels].
 */
function maxPoolInputGradient(dy: Tensor, x: Tensor, y: Tensor, [rows, columns]: PlaneWindows): Tensor {
  const [count = 1, , , channels = 1] = x.shape;
  const high = strips(rows);
  const wide = strips(columns);
  const around: [number, number][] = [
    [0, 0],
    [rows.before, high * rows.stride - rows.before - rows.inputs],
    [columns.before, wide * columns.stride - columns.before - columns.inputs],
    [0, 0],
  ];
  const folded = reshape(pad(x, around, lowest), [count, high, rows.stride * wide, columns.stride * channels]);

  const parts = new Map<string, Tensor>();
  let left = dy;
  for (let p = 0; p < rows.size; p++) {
    for (let q = 0; q < columns.size; q++) {
      const [row, column] = [Math.floor(p / rows.stride), Math.floor(q / columns.stride)];
      const [a, b] = [p % rows.stride, q % columns.stride];
      const values = slice(folded, [0, row, a * wide + column, b * channels], y.shape);
      const share = mul(left, equal(values, y));
      left = sub(left, share);
      const placed = padOrCrop(share, [
        [0, 0],
        [row, high - row - rows.outputs],
        [column, wide - column - columns.outputs],
        [0, 0],
      ]);
      const before = parts.get(`${a},${b}`);
      parts.set(`${a},${b}`, before ? add(before, placed) : placed);
    }
  }
  const part = (a: number, b: number) => parts.get(`${a},${b}`) ?? zeros([count, high, wide, channels]);
  const joined = concat(
    range(rows.stride).map((a) =>
      concat(
        range(columns.stride).map((b) => part(a, b)),
        3,
      ),
    ),
    2,
  );
  const padded = reshape(joined, [count, high * rows.stride, wide * columns.stride, channels]);
  return slice(
    padded,
    around.map(([before]) => before),
    x.shape,
  );
}

/** Strips of `stride` entries that hold all that the windows see, and all inputs. */
const strips = ({ inputs, outputs, size, stride, before }: Windows): number =>
  Math.ceil(Math.max(before + inputs, (outputs - 1) * stride + size) / stride);

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
