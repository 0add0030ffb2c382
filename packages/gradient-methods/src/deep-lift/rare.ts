import type { TapeNode } from '@vitrum/core';
import { changing } from './comparison';
import { extreme } from './extremes';
import { localNormalization } from './local-normalization';
import { inAllOrders } from './orders';
import { ranks } from './ranks';
import type { RuleFor } from './rules';

/** Linear in the one input that can change: where things go, or are taken from, are whole numbers. */
const linear: readonly string[] = [
  ...['SparseToDense', 'UnsortedSegmentSum', 'SparseSegmentSum', 'SparseSegmentMean', 'Bincount', 'DenseBincount'],
  ...['SparseFillEmptyRows', 'Unique', 'Transform', 'RotateWithOffset', 'Complex', 'Real', 'Imag', 'FFT', 'IFFT'],
  'CropAndResize',
];

const maximum: RuleFor = (_, epsilon) => extreme(epsilon);

const table: Readonly<Record<string, RuleFor>> = {
  ...Object.fromEntries(linear.map((kernel) => [kernel, () => undefined])),
  Prod: ({ inputs: [x], outputs: [y] }) => inAllOrders((x?.size ?? 1) / (y?.size || 1)),
  Cumprod: ({ inputs: [x], attrs }) => inAllOrders(x?.shape.at(Number(attrs.axis)) ?? 1),
  MaxPool3D: maximum,
  Dilation2D: maximum,
  TopK: ({ outputs: [y] }, epsilon) => (y?.shape.at(-1) === 1 ? extreme(epsilon) : ranks),
  LRN: () => localNormalization,
};

/** Of these, boxes and filters may change too: then there is none. */
const ofOne = ['CropAndResize', 'Dilation2D'];

/** Rules for kernels that few models have. */
export const rareRuleFor = (node: TapeNode): RuleFor | undefined =>
  Object.hasOwn(table, node.kernel) && !(ofOne.includes(node.kernel) && changing(node) > 1)
    ? table[node.kernel]
    : undefined;
