import { abs, add, div, less, mul, onesLike, square, type Tensor, where } from '@tensorflow/tfjs-core';
import { type Rule, reduceTo, type TapeNode, type Tensors } from '@vitrum/core';

/** The same operation on the input and on the reference. */
export interface Comparison {
  readonly inputs: Tensors;
  readonly inputs0: Tensors;
  readonly y: Tensor;
  readonly y0: Tensor;
}

export function compare({ kernel, inputs, outputs, reference }: TapeNode): Comparison {
  const [y, y0] = [outputs[0], reference?.outputs[0]];
  if (!reference || !y || !y0) throw new Error(`${kernel} has nothing to be compared with`);
  return { inputs, inputs0: reference.inputs, y, y0 };
}

/** Whether input `i` is the very same on the input and the reference, as a weight is. */
export const isFixed = ({ inputs, reference, dependsOnPut }: TapeNode, i: number): boolean =>
  !dependsOnPut(i) && inputs[i]?.dataId === reference?.inputs[i]?.dataId;

/** How many inputs depend on what is attributed. */
export const changing = ({ names, dependsOnPut }: TapeNode): number => names.filter((_, i) => dependsOnPut(i)).length;

export const mean = (a: Tensor, b: Tensor): Tensor => mul(add(a, b), 0.5);

/** Below, no difference of float32 numbers near 1 means anything, so how `perMove` goes over is not seen. */
export const unseen = 1e-6;

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

/** A rule with a formula for every input; `share` is asked for those alone that depend on what is attributed. */
export const forEachInput =
  (share: (i: number, dy: Tensor, compared: Comparison, node: TapeNode) => Tensor): Rule =>
  (node, [dy]) => {
    const compared = compare(node);
    if (!dy) throw new Error(`no signal at ${node.kernel}`);
    return node.inputs.map((x, i) =>
      node.dependsOnPut(i) ? reduceTo(share(i, dy, compared, node), x.shape) : undefined,
    );
  };
