import fc from 'fast-check';
import type { DrawnCases } from '../../gradcheck/check-kernel';
import { distinct, positive, smooth, type Values, within } from '../../gradcheck/values';
import { broadcastable, cases, shapes, whole } from './draw-case';

type Make = (...shape: number[]) => Values;

const insideOne: Make = (...shape) => within(-0.8, 0.8, ...shape);

/** Functions of one variable, each with values where it is smooth. */
const unary: Readonly<Record<string, Make>> = {
  Abs: distinct,
  Acos: insideOne,
  Acosh: (...shape) => within(1.5, 3, ...shape),
  Asin: insideOne,
  Asinh: smooth,
  Atan: smooth,
  Atanh: insideOne,
  Cos: smooth,
  Cosh: smooth,
  Elu: distinct,
  Erf: smooth,
  Exp: smooth,
  Expm1: smooth,
  Log: positive,
  Log1p: positive,
  Neg: smooth,
  Reciprocal: positive,
  Relu: distinct,
  Relu6: (...shape) => within(0.1, 5.9, ...shape),
  Rsqrt: positive,
  Selu: distinct,
  Sigmoid: smooth,
  Sin: smooth,
  Sinh: smooth,
  Softplus: smooth,
  Sqrt: positive,
  Square: smooth,
  Tan: insideOne,
  Tanh: smooth,
};

const binary: Readonly<Record<string, [a: Make, b: Make]>> = {
  Add: [smooth, smooth],
  Atan2: [positive, positive],
  Maximum: [distinct, apart],
  Minimum: [distinct, apart],
  Multiply: [smooth, smooth],
  Pow: [positive, smooth],
  RealDiv: [smooth, positive],
  SquaredDifference: [smooth, smooth],
  Sub: [smooth, smooth],
};

/** Values that none of `distinct` comes near. */
function apart(...shape: number[]): Values {
  const values = distinct(...shape);
  return { ...values, data: Float32Array.from(values.data, (value) => value + 0.05) };
}

export const drawnElementwise: DrawnCases = {
  ...Object.fromEntries(
    Object.entries(unary).map(([kernel, make]) => [
      kernel,
      cases(shapes(0, 6), (shape) => ({ inputs: { x: make(...shape) } })),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(binary).map(([kernel, [left, right]]) => [
      kernel,
      cases(broadcastable, ([a, b]) => ({ inputs: { a: left(...a), b: right(...b) } })),
    ]),
  ),
  AddN: cases(fc.tuple(shapes(0, 6), whole(1, 4)), ([shape, count]) => ({
    inputs: Array.from({ length: count }, () => smooth(...shape)),
  })),
  LeakyRelu: cases(fc.tuple(shapes(0, 6), fc.constantFrom(-0.4, 0, 0.2, 1.5)), ([shape, alpha]) => ({
    inputs: { x: distinct(...shape) },
    attrs: { alpha },
  })),
  // Bounds lie between the distinct values.
  ClipByValue: cases(fc.tuple(shapes(0, 6), whole(-5, 0), whole(1, 5)), ([shape, low, high]) => ({
    inputs: { x: distinct(...shape) },
    attrs: { clipValueMin: low / 10, clipValueMax: high / 10 },
  })),
  Prelu: cases(
    shapes(1, 5, false).chain((shape) =>
      fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()]), whole(0, shape.length - 1)),
    ),
    ([shape, kept, dropped]) => {
      const slopes = shape.map((size, i) => (kept.includes(i) ? size : 1)).slice(dropped);
      const own = slopes.findIndex((size) => size > 1);
      const behind = own < 0 ? [] : slopes.slice(own).map((size, i) => [size, shape[own + dropped + i]]);
      return {
        inputs: { x: distinct(...shape), alpha: smooth(...slopes) },
        ...(behind.some(([size, full]) => size !== full) && {
          except: { wasm: 'repeats slopes along the wrong axis' },
        }),
      };
    },
  ),
  Softmax: cases(shapes(1, 6, false), (shape) => ({
    inputs: { logits: smooth(...shape) },
    attrs: { dim: shape.length - 1 },
  })),
};
