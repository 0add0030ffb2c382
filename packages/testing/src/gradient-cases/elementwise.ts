import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { distinct, floats, positive, smooth, type Values, within } from '../gradcheck/values';

const each = (...inputs: Values[]): KernelCase[] => inputs.map((x) => ({ inputs: { x } }));

const anywhere = () => each(smooth(7), smooth(2, 3, 4));
const offZero = () => each(distinct(7), distinct(2, 3, 4));
const aboveZero = () => each(positive(7), positive(2, 3, 4));
const insideOne = () => each(within(-0.8, 0.8, 7), within(-0.8, 0.8, 2, 3));

/** Every way two shapes broadcast: equal, scalars, missing and single axes on either side and on both. */
const broadcasts: [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [[2, 3], []],
  [[], [2, 3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[1], [1, 1]],
  [
    [2, 3, 2, 2, 1],
    [3, 1, 2, 4],
  ],
];
const pairs = (a: (...shape: number[]) => Values, b: (...shape: number[]) => Values): KernelCase[] =>
  broadcasts.map(([left, right]) => ({ inputs: { a: a(...left), b: b(...right) } }));

/** Operands that never come near each other: halves against whole numbers of tenths. */
const apart = (...shape: number[]): Values => {
  const values = distinct(...shape);
  return { ...values, data: Float32Array.from(values.data, (value) => value + 0.05) };
};

export const activationCases: KernelCases = {
  Relu: offZero(),
  Relu6: [...each(within(1, 5, 4)), { inputs: { x: floats([2, 3], [-3, -0.1, 0.2, 5.8, 6.2, 9]) } }],
  Elu: [...offZero(), { inputs: { x: floats([3], [-6, -2, 4]) } }],
  Sigmoid: [...anywhere(), { inputs: { x: floats([3], [-6, -2, 4]) } }],
  Tanh: anywhere(),
  Softplus: [...anywhere(), { inputs: { x: floats([4], [-9, -4, 4, 9]) } }],
  LeakyRelu: [0.1, 0, -0.3].flatMap((alpha) => offZero().map((example) => ({ ...example, attrs: { alpha } }))),
  Prelu: [[3], [2, 3], [1], [1, 3]].map((shape) => ({ inputs: { x: distinct(2, 3), alpha: smooth(...shape) } })),
  Selu: offZero(),
  ClipByValue: [
    { inputs: { x: floats([6], [-2, -0.6, -0.4, 0.3, 0.6, 3]) }, attrs: { clipValueMin: -0.5, clipValueMax: 0.5 } },
    { inputs: { x: floats([2, 2], [-2, 0.6, 5.5, 7]) }, attrs: { clipValueMin: 0, clipValueMax: 6 } },
  ],
  Softmax: [[5], [2, 3], [2, 2, 4]].map((shape) => ({
    inputs: { logits: smooth(...shape) },
    attrs: { dim: shape.length - 1 },
  })),
};

/** Functions in steps, whose derivative is 0 between them; all of `distinct` plus 0.02 is between. */
const between = (): KernelCase[] =>
  [distinct(7), distinct(2, 3)].map((x) => ({
    inputs: { x: { ...x, data: Float32Array.from(x.data, (value) => 3 * value + 0.02) } },
  }));

export const steppedCases: KernelCases = {
  Ceil: between(),
  Floor: between(),
  Round: between(),
  Sign: between(),
  Step: between().map((example) => ({ ...example, attrs: { alpha: 0 } })),
  OnesLike: between(),
  ZerosLike: between(),
  FloorDiv: [{ inputs: { a: floats([4], [2.3, -1.7, 5.2, 0.4]), b: floats([4], [0.9, 1.3, -2.1, 3]) } }],
};

export const elementaryCases: KernelCases = {
  Abs: offZero(),
  Neg: anywhere(),
  Square: anywhere(),
  Sqrt: aboveZero(),
  Rsqrt: aboveZero(),
  Reciprocal: each(positive(5), within(-2, -0.4, 2, 3)),
  Exp: anywhere(),
  Expm1: anywhere(),
  Log: aboveZero(),
  Log1p: aboveZero(),
  Erf: anywhere(),
  Sin: anywhere(),
  Cos: anywhere(),
  Tan: insideOne(),
  Asin: insideOne(),
  Acos: insideOne(),
  Atan: anywhere(),
  Sinh: anywhere(),
  Cosh: anywhere(),
  Asinh: anywhere(),
  Acosh: each(within(1.5, 3, 5), within(1.5, 3, 2, 3)),
  Atanh: insideOne(),
};

export const arithmeticCases: KernelCases = {
  Add: pairs(smooth, smooth),
  AddN: [{ inputs: [smooth(2, 3)] }, { inputs: [smooth(2, 3), smooth(2, 3), smooth(2, 3)] }],
  Sub: pairs(smooth, smooth),
  Multiply: pairs(smooth, smooth),
  RealDiv: pairs(smooth, positive),
  Mod: [
    { inputs: { a: floats([2, 3], [1, 2.3, -0.7, 3.3, -4.4, 0.2]), b: floats([3], [0.8, 1.5, 2.1]) } },
    { inputs: { a: floats([], [5.3]), b: floats([2], [0.9, -1.7]) } },
  ],
  SquaredDifference: pairs(smooth, smooth),
  Pow: [...pairs(positive, smooth), { inputs: { a: positive(3), b: floats([3], [0, 1, 2]) } }],
  Atan2: pairs(positive, positive),
  Maximum: pairs(distinct, apart),
  Minimum: pairs(distinct, apart),
};
