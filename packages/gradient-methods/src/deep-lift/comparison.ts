import {
  abs,
  add,
  div,
  isFinite as isFiniteAt,
  less,
  logicalAnd,
  mul,
  onesLike,
  square,
  step,
  sub,
  type Tensor,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { type Plain, type Rule, reduceTo, type TapeNode, type Tensors } from '@vitrum/core';

/** The same operation on the input and on the reference. */
export interface Comparison {
  readonly inputs: Tensors;
  readonly inputs0: Tensors;
  /** The first of them. */
  readonly x: Tensor;
  readonly x0: Tensor;
  readonly y: Tensor;
  readonly y0: Tensor;
}

export function compare({ kernel, inputs, outputs, reference }: TapeNode): Comparison {
  const [x, x0, y, y0] = [inputs[0], reference?.inputs[0], outputs[0], reference?.outputs[0]];
  if (!reference || !x || !x0 || !y || !y0) throw new Error(`${kernel} has nothing to be compared with`);
  return { inputs, inputs0: reference.inputs, x, x0, y, y0 };
}

/** A comparison with the signal at the first output. */
export function compareAt(node: TapeNode, [dy]: Tensors): Comparison & { readonly dy: Tensor } {
  if (!dy) throw new Error(`no signal at ${node.kernel}`);
  return { dy, ...compare(node) };
}

/** Whether input `i` is the very same on the input and the reference, as a weight is. */
export const isFixed = ({ inputs, reference, dependsOnPut }: TapeNode, i: number): boolean =>
  !dependsOnPut(i) && inputs[i]?.dataId === reference?.inputs[i]?.dataId;

/** How many inputs depend on what is attributed. */
export const changing = ({ names, dependsOnPut }: TapeNode): number => names.filter((_, i) => dependsOnPut(i)).length;

export const mean = (a: Tensor, b: Tensor): Tensor => mul(add(a, b), 0.5);

/** Below, no difference of float32 numbers near 1 means anything, so how `perMove` goes over is not seen. */
export const unseen = 1e-6;

/** Finite at places where their gradient is not, as a root at 0; there it says nothing. */
export const isSteep = ({ kernel }: TapeNode): boolean => /^(Pow|Sqrt|Asin|Acos|Acosh|Atan2)$/.test(kernel);

/** 0 where a gradient is not finite. */
export const finite = (gradient: Tensor): Tensor => where(isFiniteAt(gradient), gradient, zerosLike(gradient));

/** amount / moved, the gradient where |moved| < ε. */
export function perMove(amount: Tensor, moved: Tensor, gradient: Tensor, epsilon: number): Tensor {
  if (epsilon <= unseen) {
    // By weights, since a comparison costs more on wasm than all of this.
    const floor = epsilon ** 2;
    return div(add(mul(amount, moved), mul(gradient, floor)), add(square(moved), floor));
  }
  const still = less(abs(moved), epsilon);
  return where(still, gradient, div(amount, where(still, onesLike(moved), moved)));
}

/** `perMove` where the gradient may not be finite: then it does not count, and what did not move at all has 0. */
function perSteepMove(amount: Tensor, moved: Tensor, gradient: Tensor, epsilon: number): Tensor {
  // Chosen, not weighed: no weight is small enough for a gradient of any size.
  const distance = abs(moved);
  const counts = logicalAnd(less(distance, epsilon), isFiniteAt(gradient));
  return where(counts, gradient, div(amount, add(moved, sub(1, step(distance)))));
}

/** For each input that depends on what is attributed, its amount by how far it moved. */
export function perMoves(
  node: TapeNode,
  plain: Plain,
  epsilon: number,
  amount: (i: number, x: Tensor) => Tensor,
): ReturnType<Rule> {
  const { inputs, inputs0 } = compare(node);
  const gradients = plain();
  const per = isSteep(node) ? perSteepMove : perMove;
  return inputs.map((x, i) => {
    const [x0, gradient] = [inputs0[i], gradients[i]];
    return x0 && gradient && node.dependsOnPut(i) ? per(amount(i, x), sub(x, x0), gradient, epsilon) : undefined;
  });
}

/** A rule with a formula for every input; `share` is asked for those alone that depend on what is attributed. */
export const forEachInput =
  (share: (i: number, compared: ReturnType<typeof compareAt>, node: TapeNode) => Tensor): Rule =>
  (node, signals) => {
    const compared = compareAt(node, signals);
    return node.inputs.map((x, i) => (node.dependsOnPut(i) ? reduceTo(share(i, compared, node), x.shape) : undefined));
  };
