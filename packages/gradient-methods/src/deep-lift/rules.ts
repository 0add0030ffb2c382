import type { Rule, RuleSet, TapeNode } from '@vitrum/core';
import { changing, isFixed, unseen } from './comparison';
import { extreme } from './extremes';
import { normalization } from './normalization';
import { inBothOrders, midpoint, quotient } from './products';
import { select } from './select';
import { rescale, rescaleBy, rescaleSmooth, slopes } from './slopes';
import { softmax } from './softmax';

/** The rule for one operation; `undefined` where the plain gradient is exact. */
export type RuleFor = (node: TapeNode, epsilon: number) => Rule | undefined;

/** Every entry of the output is one entry of an input, or fixed. */
export const moving: readonly string[] = [
  ...['Identity', 'Cast', 'Reshape', 'ExpandDims', 'Transpose', 'Reverse', 'FlipLeftRight', 'Tile', 'Diag'],
  ...['Concat', 'SplitV', 'Pack', 'Unpack', 'Slice', 'StridedSlice', 'PadV2', 'MirrorPad', 'GatherV2', 'GatherNd'],
  ...['DepthToSpace', 'SpaceToBatchND', 'BatchToSpaceND', 'ScatterNd', 'TensorScatterUpdate'],
];

/** With a filter that is a weight, mostly. */
export const convolving: readonly string[] = [
  ...['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D', 'Conv2DBackpropInput'],
  ...['DepthwiseConv2dNativeBackpropInput', 'Conv3D', 'Conv3DBackpropInputV2'],
];

/** Linear in the inputs that can change, with weights that are not negative, but for kernels that take filters. */
export const mixing: readonly string[] = [
  ...['Add', 'AddN', 'Sum', 'Mean', 'Cumsum', 'AvgPool', 'AvgPool3D', 'ResizeBilinear', 'ResizeNearestNeighbor'],
  ...convolving,
];

/** Of one variable, with a kink or a jump or a pole: by the difference of the outputs. */
export const bent: readonly string[] = [
  ...['Relu', 'Relu6', 'Elu', 'Selu', 'LeakyRelu', 'ClipByValue', 'Abs', 'Step', 'Sign', 'Floor', 'Ceil', 'Round'],
  ...['Tan', 'Asin', 'Acos', 'Acosh', 'Atanh'],
];

export const smooth: readonly string[] = ['Erf', 'Softplus', 'Sin', 'Cos', 'Sinh', 'Cosh', 'Atan', 'Asinh'];

/** Of two variables: rescale if one changes. */
export const ofTwo: readonly string[] = ['Pow', 'Mod', 'Atan2', 'Prelu'];

/** Linear in each of its inputs: plain if the others are fixed. */
const multilinear: RuleFor = (node) =>
  changing(node) === 1 && node.names.every((_, i) => node.dependsOnPut(i) || isFixed(node, i)) ? undefined : midpoint;

const each = (kernels: readonly string[], rule: RuleFor) => Object.fromEntries(kernels.map((kernel) => [kernel, rule]));

/** Rescale without its rounding, where ε only asks for that. */
const exact =
  (rule: Rule): RuleFor =>
  (_, epsilon) =>
    epsilon > unseen ? rescale(epsilon) : rule;

/** Which rule an operation follows, by kernel. */
const table: Readonly<Record<string, RuleFor>> = {
  // The gradient is the multiplier (§3.5.1).
  ...each([...moving, ...mixing, 'Sub', 'Neg', 'OnesLike', 'ZerosLike'], () => undefined),
  ...each(bent, (_, epsilon) => rescale(epsilon)),
  ...each(smooth, exact(rescaleSmooth)),
  ...Object.fromEntries(Object.entries(slopes).map(([kernel, slope]) => [kernel, exact(rescaleBy(slope))])),
  ...each(ofTwo, (node, epsilon) => (changing(node) > 1 ? inBothOrders(epsilon) : rescale(epsilon))),
  ...each(['Multiply', 'BatchMatMul', '_FusedMatMul', 'Einsum', ...convolving], multilinear),
  SquaredDifference: () => midpoint,
  RealDiv: (node) => (isFixed(node, 1) ? undefined : quotient),
  ...each(['Max', 'MaxPool', 'MaxPoolWithArgmax', 'Maximum'], (_, epsilon) => extreme(epsilon)),
  ...each(['Min', 'Minimum'], (_, epsilon) => extreme(epsilon, true)),
  Softmax: () => softmax,
  FusedBatchNorm: (node) =>
    node.names.every((name, i) => name === 'x' || isFixed(node, i)) ? undefined : normalization,
  Select: (_, epsilon) => select(epsilon),
};

/** DeepLIFT's rescale rule for every kernel that has one; those of rare kernels are loaded once there is one. */
export const rescaleRules = (epsilon: number): RuleSet => {
  let rareRuleFor: typeof import('./rare').rareRuleFor | undefined;
  const ruleFor = (node: TapeNode): RuleFor | undefined =>
    Object.hasOwn(table, node.kernel) ? table[node.kernel] : rareRuleFor?.(node);
  return {
    seed: 'one',
    unfuse: true,
    async prepare(nodes) {
      if (!nodes.every(({ kernel }) => Object.hasOwn(table, kernel))) ({ rareRuleFor } = await import('./rare'));
    },
    rule: (node) => ruleFor(node)?.(node, epsilon),
    covers: (node) => ruleFor(node) !== undefined,
  };
};
