import { type GradientRule, type GradientTable, ZERO } from './rule';

const zero: GradientRule = (node) => Object.fromEntries(node.names.map((name) => [name, ZERO]));

/** What makes an output that does not move when the input moves a little, and the kernels that do so. */
export const zeroByNature = {
  'moves in steps': ['Ceil', 'Floor', 'FloorDiv', 'Round', 'Sign', 'Step'],
  'compares, tests or combines truth values': [
    'All',
    'Any',
    'BitwiseAnd',
    'Equal',
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
    'NotEqual',
  ],
  'gives positions': ['ArgMax', 'ArgMin', 'NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'OneHot', 'SearchSorted'],
  'draws positions at random': ['Multinomial'],
  'depends on shapes alone': ['BroadcastArgs', 'Fill', 'LinSpace', 'OnesLike', 'Range', 'SparseReshape', 'ZerosLike'],
  'works on text': ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
} as const;

export const zeroGradients: GradientTable = Object.fromEntries(
  Object.values(zeroByNature)
    .flat()
    .map((kernel) => [kernel, zero]),
);
