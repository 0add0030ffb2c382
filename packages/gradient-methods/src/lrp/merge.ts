import { add, div, mul, reshape, rsqrt, type Tensor } from '@tensorflow/tfjs-core';
import type { Place, TapeNode } from '@vitrum/core';
import { factors } from './kinds';

/** What follows an operation, channel by channel: scale · f(x) + shift. */
export interface Tail {
  readonly scale?: Tensor;
  readonly shift?: Tensor;
}

/**
 * The operation with weights that `place` is the tail of, directly or through other tails: a bias that is added by itself,
 * and with `batchNorm` whatever else is affine in each channel. It hands its relevance on as it is, and takes its part in
 * the operation's own rule.
 */
export function mergesInto(place: Place, batchNorm: boolean): Place | undefined {
  const data = affineIn(place);
  if (data === undefined || !(batchNorm || isShift(place))) return undefined;
  const made = madeBy(place, data);
  if (!made) return undefined;
  if (takesTail(made)) return made;
  return batchNorm && mergesInto(made, batchNorm) ? made : undefined;
}

const isShift = ({ kernel }: Place): boolean => kernel === 'Add' || kernel === 'Sub';

/** The one input that is no weight, if the rest are one number for each channel (the last dim), or one for all. */
function affineIn({ kernel, from, inputShapes, outputShapes }: Place): number | undefined {
  const data = from.findIndex(Boolean);
  const [shape = []] = outputShapes;
  const several = from.filter(Boolean).length > 1;
  const first = kernel === 'Sub' || kernel === 'RealDiv' || kernel === 'FusedBatchNorm';
  if (several || (first ? data !== 0 : !(kernel === 'Add' || kernel === 'Multiply'))) return undefined;
  if (String(inputShapes[data]) !== String(shape)) return undefined;
  const channels = shape.at(-1) ?? 1;
  const perChannel = inputShapes.every(
    (of, i) => i === data || sizeOf(of) === 1 || (sizeOf(of) === channels && of.at(-1) === channels),
  );
  return perChannel ? data : undefined;
}

/** The operation that made input `i`, back through reshapes that keep the channels, if nothing else takes what it made. */
function madeBy(place: Place, i: number): Place | undefined {
  const made = place.from[i]?.place;
  if (made?.uses !== 1) return undefined;
  const reshapes = made.kernel === 'Reshape' || made.kernel === 'Identity' || made.kernel === 'ExpandDims';
  if (!reshapes) return made;
  const [[before] = [], [after] = []] = [made.inputShapes, made.outputShapes];
  return before && after && before.at(-1) === after.at(-1) ? madeBy(made, 0) : undefined;
}

/** Whether the last dim of the output are channels, each made by weights of its own. */
function takesTail({ kernel, names, from, attrs }: Place): boolean {
  const [data, weights] = (factors[kernel] ?? []).map((name) => names.indexOf(name));
  if (data === undefined || weights === undefined || kernel === 'Einsum') return false;
  return from[data] !== undefined && !from[weights] && attrs.dataFormat !== 'NCHW' && attrs.dataFormat !== 'NCDHW';
}

/** The tail that these operations are together, in their order. Of weights alone. */
export function tailOf(nodes: readonly TapeNode[]): Tail {
  return nodes.reduce<Tail>((tail, node) => then(tail, stepOf(node)), {});
}

const then = (tail: Tail, { scale, shift }: Tail): Tail => {
  const scales = [tail.scale, scale].filter((t) => t !== undefined);
  const shifts = [tail.shift && (scale ? mul(tail.shift, scale) : tail.shift), shift].filter((t) => t !== undefined);
  return {
    ...(scales.length > 0 && { scale: scales.reduce((a, b) => mul(a, b)) }),
    ...(shifts.length > 0 && { shift: shifts.reduce((a, b) => add(a, b)) }),
  };
};

function stepOf(node: TapeNode): Tail {
  if (node.kernel === 'FusedBatchNorm') return batchNormOf(node);
  const weight = flat(node.inputs[node.place?.from.findIndex((source) => !source) ?? -1]);
  if (!weight) throw new Error(`a ${node.kernel} without a weight`);
  switch (node.kernel) {
    case 'Add':
      return { shift: weight };
    case 'Sub':
      return { shift: mul(weight, -1) };
    case 'Multiply':
      return { scale: weight };
    default:
      return { scale: div(1, weight) };
  }
}

/** (x − mean) · scale / √(variance + ε) + offset. */
export function batchNormOf({ names, inputs, attrs }: TapeNode): { scale: Tensor; shift: Tensor } {
  const input = (name: string) => flat(inputs[names.indexOf(name)]);
  const [mean, variance, gamma, offset] = ['mean', 'variance', 'scale', 'offset'].map(input);
  if (!mean || !variance) throw new Error('a batch normalization without its statistics');
  const inverse = rsqrt(add(variance, Number(attrs.varianceEpsilon ?? 0.001)));
  const scale = gamma ? mul(gamma, inverse) : inverse;
  const centred = mul(mean, mul(scale, -1));
  return { scale, shift: offset ? add(offset, centred) : centred };
}

const flat = (weight: Tensor | undefined) => weight && reshape(weight, weight.size === 1 ? [] : [-1]);
const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** The weights that make scale · f(x): each output channel's own, times its scale. */
export function scaled(node: TapeNode, weights: Tensor, scale: Tensor): Tensor {
  if (scale.rank === 0) return mul(weights, scale);
  switch (node.kernel) {
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D':
      return mul(weights, reshape(scale, weights.shape.slice(2)));
    case 'Conv2DBackpropInput':
    case 'Conv3DBackpropInputV2':
      return mul(weights, reshape(scale, [-1, 1]));
    default:
      return mul(weights, node.attrs.transposeB ? reshape(scale, [-1, 1]) : scale);
  }
}
