import { add, div, mul, reshape, rsqrt, type Tensor } from '@tensorflow/tfjs-core';
import type { Place, TapeNode } from '@vitrum/core';
import { factors, weighs } from './kinds';

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
  if (data === undefined) return undefined;
  const channelwise = isChannelwise(place, data);
  const shifts = place.kernel === 'Add' || place.kernel === 'Sub';
  if (!shifts && !(batchNorm && channelwise)) return undefined;
  const made = madeBy(place, data, channelwise);
  if (!made) return undefined;
  if (weighs(made)) return shifts || hasChannels(made) ? made : undefined;
  return batchNorm && endsInChannels(made) ? made : undefined;
}

function endsInChannels(tail: Place): boolean {
  const onto = mergesInto(tail, true);
  return onto !== undefined && (weighs(onto) ? hasChannels(onto) : endsInChannels(onto));
}

/** The one input that is no weight, of an operation that scales and shifts it without changing its shape. */
function affineIn({ kernel, from, inputShapes, outputShapes }: Place): number | undefined {
  const data = from.findIndex(Boolean);
  const first = kernel === 'Sub' || kernel === 'RealDiv' || kernel === 'FusedBatchNorm';
  if (from.filter(Boolean).length > 1 || (first ? data !== 0 : kernel !== 'Add' && kernel !== 'Multiply'))
    return undefined;
  return String(inputShapes[data]) === String(outputShapes[0]) ? data : undefined;
}

/** Whether its weights are one number for each channel, the last dim, or one for all. */
function isChannelwise({ inputShapes, outputShapes: [shape = []] }: Place, data: number): boolean {
  const channels = shape.at(-1) ?? 1;
  return inputShapes.every(
    (of, i) => i === data || sizeOf(of) === 1 || (sizeOf(of) === channels && of.at(-1) === channels),
  );
}

/** The operation that made input `i`, through reshapes that keep the channels if asked, if nothing else takes what it made. */
function madeBy(place: Place, i: number, reshaped: boolean): Place | undefined {
  const made = place.from[i]?.place;
  if (made?.uses !== 1) return undefined;
  if (made.kernel === 'Identity') return madeBy(made, 0, reshaped);
  if (made.kernel !== 'Reshape' && made.kernel !== 'ExpandDims') return made;
  const [before, after] = [made.inputShapes[0], made.outputShapes[0]];
  return reshaped && before && after && before.at(-1) === after.at(-1) ? madeBy(made, 0, reshaped) : undefined;
}

/** Whether the last dim of the output are channels, each made by weights of its own. */
function hasChannels({ kernel, names, from, attrs }: Place): boolean {
  const data = names.indexOf(factors[kernel]?.[0] ?? '');
  return from[data] !== undefined && kernel !== 'Einsum' && !['NCHW', 'NCDHW'].includes(String(attrs.dataFormat));
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
  const { place, inputs } = node;
  const given = inputs[place?.from.findIndex((source) => !source) ?? -1];
  if (!place || !given) throw new Error(`a ${node.kernel} without a weight`);
  const weight = isChannelwise(place, place.from.findIndex(Boolean)) ? flat(given) : given;
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
  const input = (name: string) => {
    const given = inputs[names.indexOf(name)];
    return given && flat(given);
  };
  const [mean, variance, gamma, offset] = ['mean', 'variance', 'scale', 'offset'].map(input);
  if (!mean || !variance) throw new Error('a batch normalization without its statistics');
  const inverse = rsqrt(add(variance, Number(attrs.varianceEpsilon ?? 0.001)));
  const scale = gamma ? mul(gamma, inverse) : inverse;
  const centred = mul(mean, mul(scale, -1));
  return { scale, shift: offset ? add(offset, centred) : centred };
}

const flat = (weight: Tensor) => reshape(weight, weight.size === 1 ? [] : [-1]);
const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** The weights that make scale · f(x): each output channel's own, times its scale. */
export function scaled(node: TapeNode, weights: Tensor, scale: Tensor): Tensor {
  if (scale.rank === 0) return mul(weights, scale);
  switch (node.kernel) {
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D':
      return mul(weights, reshape(scale, weights.shape.slice(2)));
    case 'Conv2DBackpropInput':
    case 'DepthwiseConv2dNativeBackpropInput':
    case 'Conv3DBackpropInputV2':
      return mul(weights, reshape(scale, [-1, 1]));
    default:
      return mul(weights, node.attrs.transposeB ? reshape(scale, [-1, 1]) : scale);
  }
}
