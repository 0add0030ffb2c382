import { add, engine, mul, type NamedTensorMap, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { type GradientTools, type Place, type Plain, reduceTo, type TapeNode } from '@vitrum/core';
import { factors, isConvolution, kindOf } from './kinds';
import { batchNormOf, scaled, type Tail } from './merge';
import { type Linear, same } from './share-out';

/** A recorded operation with weights, as a linear map: the kernel itself, run again without its bias. */
export function linearOf(node: TapeNode, place: Place, plain: Plain, tools: GradientTools, tail: Tail = {}): Linear {
  const [data, fixed] = sidesOf(place);
  const x = node.inputs[data];
  const recorded = node.inputs[fixed];
  const [output] = node.outputs;
  if (!x || !recorded || !output) throw new Error(`${node.kernel} without its factors`);
  const { scale, shift } = tail;
  const weights = scale ? scaled(node, recorded, scale) : recorded;
  const own = biasOf(node);
  const bias = [own && (scale ? mul(own, scale) : own), shift].filter((part) => part !== undefined);
  const changed = new Map<string, Tensor>();

  return {
    x,
    ...(bias.length > 0 && { bias: bias.reduce((a, b) => add(a, b)) }),
    ...(!scale && !shift && { z: output }),
    nonNegative: isNonNegative(place, data),
    tools,
    weights(change) {
      const { name, of } = change;
      if (change === same) return weights;
      // Weights that were scaled are made anew for every batch: nothing to keep them by.
      const made = changed.get(name) ?? (scale ? of(weights) : tools.weights.of(weights, `relevance ${name}`, of));
      changed.set(name, made);
      return made;
    },
    forward(x, weights, bias) {
      const given = { [data]: x, [fixed]: weights };
      if (bias && takesBias(node, bias)) return run(node, { ...given, [node.names.indexOf('bias')]: bias });
      const z = run(node, given);
      return bias ? add(z, bias) : z;
    },
    backward(signal, weights) {
      const inputs = node.inputs.map((input, i) => (i === fixed ? weights : input));
      const sent = plain({ signals: [signal], inputs })[data];
      if (!sent) throw new Error(`${node.kernel} sends nothing to its input`);
      return sent;
    },
  };
}

/** A normalization with fixed statistics, as a linear map: x ⊙ scale + shift. */
export function elementwiseOf(node: TapeNode, tools: GradientTools): Linear {
  const [x] = node.inputs;
  const [z] = node.outputs;
  if (!x || !z) throw new Error(`${node.kernel} without its input`);
  const { scale, shift } = batchNormOf(node);
  return {
    x,
    z,
    bias: shift,
    nonNegative: false,
    tools,
    weights: ({ of }) => of(scale),
    forward: (x, weights, bias) => (bias ? add(mul(x, weights), bias) : mul(x, weights)),
    backward: (signal, weights) => reduceTo(mul(signal, weights), x.shape),
  };
}

/** Indices of the factor that depends on the model's inputs and of the weights. */
function sidesOf({ kernel, names, from }: Place): [data: number, weights: number] {
  const [first = -1, second = -1] = (factors[kernel] ?? []).map((name) => names.indexOf(name));
  return from[first] ? [first, second] : [second, first];
}

/** Whether the kernel adds this bias itself, at no cost. Not products: wasm adds a bias more than once to those of batches. */
const takesBias = ({ kernel, names, attrs, outputs: [z] }: TapeNode, { rank, size }: Tensor): boolean =>
  isConvolution(kernel) &&
  names.includes('bias') &&
  attrs.dataFormat !== 'NCHW' &&
  rank === 1 &&
  size === z?.shape.at(-1);

/** The kernel at other inputs; without bias unless it is among them. */
function run({ kernel, names, attrs }: TapeNode, operands: Readonly<Record<number, Tensor>>): Tensor {
  const given = Object.entries(operands).map(([i, tensor]) => [names[Number(i)] ?? '', tensor] as const);
  // A kernel with a list of inputs names them by number, and takes the list for the map.
  const inputs = names[0] === '0' ? given.map(([, tensor]) => tensor) : Object.fromEntries(given);
  return engine().runKernel<Tensor>(kernel, inputs as NamedTensorMap, attrs);
}

/** The bias of a fused kernel, laid against its output. */
function biasOf({ names, inputs, attrs }: TapeNode): Tensor | undefined {
  const bias = inputs[names.indexOf('bias')];
  return bias && attrs.dataFormat === 'NCHW' && bias.rank === 1 ? reshape(bias, [bias.size, 1, 1]) : bias;
}

const keeping = new Set(['MaxPool', 'AvgPool', 'AvgPool3D', 'Mean', 'Sum', 'Max', 'Add', 'AddN']);
const notNegative = new Set(['Relu', 'Relu6', 'Sigmoid', 'Softmax', 'Exp', 'Square', 'Abs', 'Softplus', 'Sqrt']);

/** Whether input `i` cannot be negative, as far as a few steps back tell. */
function isNonNegative(place: Place, i: number, steps = 8): boolean {
  const source = place.from[i]?.place;
  if (!source || steps === 0) return false;
  const { kernel, from, attrs } = source;
  if (notNegative.has(kernel)) return true;
  if (kernel === 'ClipByValue') return Number(attrs.clipValueMin) >= 0;
  if (kernel === 'PadV2' && Number(attrs.constantValue) < 0) return false;
  if (!keeping.has(kernel) && kindOf(kernel) !== 'copy') return false;
  return from.every((_, j) => isNonNegative(source, j, steps - 1));
}
