import { type GradientRule, type GradientTable, ZERO } from './rule';

const zero: GradientRule = (node) => Object.fromEntries(node.names.map((name) => [name, ZERO]));

/** Steps, comparisons, positions and shapes: the output does not move when the input moves a little. */
const kernels = [
  'All',
  'Any',
  'ArgMax',
  'ArgMin',
  'BitwiseAnd',
  'BroadcastArgs',
  'Ceil',
  'Equal',
  'Floor',
  'FloorDiv',
  'Greater',
  'GreaterEqual',
  'IsFinite',
  'IsInf',
  'IsNan',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalNot',
  'LogicalOr',
  'LogicalXor',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NotEqual',
  'OneHot',
  'OnesLike',
  'Round',
  'SearchSorted',
  'Sign',
  'Step',
  'ZerosLike',
] as const;

export const zeroGradients: GradientTable = Object.fromEntries(kernels.map((kernel) => [kernel, zero]));
