import { abs, add, div, engine, mul, neg, sub, type Tensor, util, zerosLike } from '@tensorflow/tfjs-core';
import type { Plain, TapeNode, Tensors } from '@vitrum/core';
import { changing, compare, mean } from './comparison';
import { bent, mixing, moving, ofTwo, smooth } from './rules';
import { slopes } from './slopes';

/** Not linear in their one input that changes, if it is only one. */
const bending: readonly string[] = [
  ...[...bent, ...smooth, ...ofTwo, ...Object.keys(slopes)],
  ...['Maximum', 'Minimum', 'SquaredDifference', 'RealDiv'],
];

/**
 * What an operation does to the positive and the negative part of a move (§3.3): it carries both along ('moving',
 * 'scaling'); or it makes parts anew, of the terms it adds up ('mixing') or of those of its one input ('bending'); or it
 * knows no parts ('whole'): then one of them is the move, and the other 0.
 */
export type Kind = 'moving' | 'scaling' | 'mixing' | 'bending' | 'whole';

export function kindOf(node: TapeNode): Kind {
  const { kernel, inputs, outputs } = node;
  if (moving.includes(kernel)) return 'moving';
  const input = liveInput(node);
  const alone = changing(node) === 1;
  if (alone && util.arraysEqual(inputs[input]?.shape ?? [], outputs[0]?.shape ?? [])) {
    if (/^(Neg|Add|Sub|Multiply)$/.test(kernel)) return 'scaling';
    if (/^(RealDiv|FusedBatchNorm)$/.test(kernel) && input === 0) return 'scaling';
    if (bending.includes(kernel)) return 'bending';
  }
  if (alone ? /^(BatchMatMul|_FusedMatMul|Einsum)$/.test(kernel) : kernel === 'Sub') return 'mixing';
  return mixing.includes(kernel) ? 'mixing' : 'whole';
}

/** The first input that depends on what is attributed. */
export const liveInput = ({ names, dependsOnPut }: TapeNode): number => names.findIndex((_, i) => dependsOnPut(i));

/** Δ⁺ − Δ⁻ of input `i`: how far the two parts of its move are from each other, at least |Δ|. */
function spreadOf(node: TapeNode, i: number): Tensor {
  const maker = node.producer(i);
  // The caller's word that there is such an input.
  const place = maker?.outputs.indexOf(node.inputs[i] as Tensor) ?? -1;
  return (maker && spreadBehind(maker)?.[place]) ?? move(node, i);
}

/** |Δ| of input `i`. */
function move({ inputs, reference, kernel }: TapeNode, i: number): Tensor {
  const [x, x0] = [inputs[i], reference?.inputs[i]];
  if (!x || !x0) throw new Error(`${kernel} has nothing to be compared with`);
  return abs(sub(x, x0));
}

/** The spread of every output of an operation; `undefined` if it knows no parts. */
function spreadBehind(node: TapeNode): Tensors | undefined {
  const { kernel, attrs, dependsOnPut } = node;
  switch (kindOf(node)) {
    case 'moving':
      return run(node, { inputs: floats(node, (i) => spreadOf(node, i)), attrs: { ...attrs, constantValue: 0 } });
    case 'scaling':
      return [scaleAbsolutely(node, spreadOf(node, liveInput(node)))];
    case 'mixing':
      if (!additive(node))
        return run(node, { inputs: floats(node, (i, x) => (dependsOnPut(i) ? move(node, i) : abs(x))), leave: 'bias' });
      return run(
        { ...node, kernel: kernel === 'Sub' ? 'Add' : kernel },
        { inputs: floats(node, (i) => move(node, i)) },
      );
    case 'bending': {
      const { up, down } = bend(node);
      return [sub(up, down)];
    }
    case 'whole':
      return undefined;
  }
}

/** |T| t for an operation that multiplies every entry by a number and adds another: T is its Jacobian, and its transpose. */
function scaleAbsolutely(node: TapeNode, t: Tensor): Tensor {
  const other = node.inputs[1 - liveInput(node)];
  switch (node.kernel) {
    case 'Multiply':
      return mul(t, abs(other as Tensor)); // it has two inputs
    case 'RealDiv':
      return div(t, abs(other as Tensor)); // and so has this
    case 'FusedBatchNorm': {
      const byName: Record<string, (x: Tensor) => Tensor> = { x: () => t, mean: zerosLike, scale: abs };
      const inputs = node.inputs.map((x, i) => byName[node.names[i] ?? '']?.(x) ?? x);
      return run(node, { inputs, leave: 'offset' })[0] as Tensor; // its one output
    }
    default:
      return t;
  }
}

/** |T|ᵀ signals for an operation whose Jacobian is T. */
export function backAbsolutely(node: TapeNode, signals: Tensors, plain: Plain): Tensors {
  const kind = kindOf(node);
  const [signal] = signals;
  if (kind === 'scaling' && signal) return node.inputs.map(() => scaleAbsolutely(node, signal));
  if (kind !== 'mixing') return plain({ signals });
  if (node.kernel === 'Sub') return plain({ signals }).map((share, i) => (i === 1 ? neg(share) : share));
  if (additive(node)) return plain({ signals });
  return plain({ signals, inputs: floats(node, (i, x) => (node.dependsOnPut(i) ? x : abs(x))) });
}

const additive = ({ kernel }: TapeNode): boolean => /^(Add|AddN|Sub)$/.test(kernel);

/** The inputs of `node`, the numbers among them replaced. */
const floats = ({ inputs }: TapeNode, value: (i: number, x: Tensor) => Tensor): Tensors =>
  inputs.map((x, i) => (x.dtype === 'float32' ? value(i, x) : x));

/** The positive and the negative part of a move in front of a function of one variable, and behind it. */
export interface Bend {
  readonly plus: Tensor;
  readonly minus: Tensor;
  readonly up: Tensor;
  readonly down: Tensor;
}

/**
 * Δy⁺ and Δy⁻ (§3.5.3): what the positive part of Δx does, the mean over doing it before and after the negative part, and
 * the other way round.
 */
export function bend(node: TapeNode): Bend {
  const { inputs, inputs0, y, y0 } = compare(node);
  const input = liveInput(node);
  const [x, x0] = [inputs[input], inputs0[input]];
  if (!x || !x0) throw new Error(`${node.kernel} has nothing to be compared with`);
  const [moved, spread] = [sub(x, x0), spreadOf(node, input)];
  const [plus, minus] = [mean(moved, spread), mean(moved, neg(spread))];
  const at = (value: Tensor) =>
    run(node, { inputs: inputs.map((other, i) => (i === input ? value : other)) })[0] as Tensor; // its one output
  const [onlyPlus, onlyMinus] = [at(add(x0, plus)), at(add(x0, minus))];
  return {
    plus,
    minus,
    up: mean(sub(onlyPlus, y0), sub(y, onlyMinus)),
    down: mean(sub(onlyMinus, y0), sub(y, onlyPlus)),
  };
}

/** Runs an operation again, at other inputs, without the one called `leave`. */
function run(
  { kernel, names, attrs: own }: TapeNode,
  { inputs, attrs = own, leave }: { inputs: Tensors; attrs?: TapeNode['attrs']; leave?: string },
): Tensors {
  const list = names.every((name, i) => name === String(i));
  const named = Object.fromEntries(names.flatMap((name, i) => (name === leave ? [] : [[name, inputs[i] as Tensor]]))); // one for each
  // A kernel that takes a list wants it as one, whatever its type says.
  const given = list ? ([...inputs] as unknown as typeof named) : named;
  return [engine().runKernel<Tensor | Tensor[]>(kernel, given, { ...attrs })].flat();
}
