import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { distinct, floats, smooth, type Values } from '../gradcheck/values';

const axes: (number | number[])[] = [0, 1, 2, -1, [0], [1, 2], [0, 2], [2, 0], [0, 1, 2], [-1, -3]];

const reductions = (x: () => Values, name = 'axis', among: (number | number[])[] = axes): KernelCase[] => [
  ...among.flatMap((axis) =>
    [true, false].map((keepDims) => ({ inputs: { x: x() }, attrs: { [name]: axis, keepDims } })),
  ),
];
const cube = () => smooth(2, 3, 4);

const scans = (): KernelCase[] =>
  [0, 1, 2].flatMap((axis) =>
    [true, false].flatMap((exclusive) =>
      [true, false].map((reverse) => ({ inputs: { x: cube() }, attrs: { axis, exclusive, reverse } })),
    ),
  );

export const reductionCases: KernelCases = {
  Sum: [...reductions(cube), { inputs: { x: smooth(3) }, attrs: { axis: 0, keepDims: false } }],
  Mean: [...reductions(cube), { inputs: { x: smooth(1, 7, 7, 2) }, attrs: { axis: [1, 2], keepDims: false } }],
  Max: reductions(() => distinct(2, 3, 4), 'reductionIndices'),
  Min: reductions(() => distinct(2, 3, 4)),
  Prod: [
    ...reductions(cube),
    { inputs: { x: floats([2, 3], [0, 2, -1, 0.5, 0, 0]) }, attrs: { axis: 1, keepDims: false } },
  ],
  Cumsum: scans(),
  Cumprod: [
    ...scans(),
    ...[true, false].map((exclusive) => ({
      inputs: { x: floats([2, 5], [0.7, 0, -1.2, 0, 0.5, 1.1, 0.3, -0.8, 0, 2]) },
      attrs: { axis: 1, exclusive, reverse: false },
    })),
    { inputs: { x: smooth(1) }, attrs: { axis: 0, exclusive: true, reverse: false } },
  ],
  TopK: [
    ...[true, false].map((sorted) => ({ inputs: { x: distinct(2, 5) }, attrs: { k: 3, sorted } })),
    { inputs: { x: distinct(2, 2, 4) }, attrs: { k: 2, sorted: true } },
    { inputs: { x: distinct(4) }, attrs: { k: 1, sorted: true } },
  ],
};
