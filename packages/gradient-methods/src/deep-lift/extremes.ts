import { add, div, maximum, mul, onesLike, relu, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { Rule, Tensors } from '@vitrum/core';
import { compare, mean, perMove } from './comparison';

/**
 * Maxima: with y on the input, y′ on the reference and t = max(y, y′), the amount m · (t − y′) goes to the input's winner
 * and m · (y − t) to the reference's, so that whoever made the difference takes all of it, never more than its own move.
 * What an element gets in all is divided by how far it moved. Minima: −max(−x).
 */
export const extreme =
  (epsilon: number, isMinimum = false): Rule =>
  (node, signals, plain) => {
    const { inputs, inputs0, y, y0 } = compare(node);
    const [dy, ...others] = signals;
    if (!dy) throw new Error(`no signal at ${node.kernel}`);
    const moved = sub(y, y0);
    const [up, down] = [mul(dy, relu(moved)), mul(dy, sub(moved, relu(moved)))];
    const here = plain({ signals: [isMinimum ? down : up, ...others] });
    const there = plain({ signals: [isMinimum ? up : down, ...others], ...node.reference });
    const gradients = plain();
    return inputs.map((x, i) => {
      const [x0, a, b, gradient] = [inputs0[i], here[i], there[i], gradients[i]];
      if (!x0 || !a || !b || !gradient || !node.dependsOnPut(i)) return undefined;
      return perMove(add(a, b), sub(x, x0), gradient, epsilon);
    });
  };

/**
 * The k largest, in their order. Ranks change hands on the way, also between others than those who hold one at its ends: so
 * each rank has the mean of the gradients at both ends, which is exact where it is held by the same, and who holds any of
 * them at either end makes up for what that misses of the move, by the smallest multipliers.
 */
export const ranks: Rule = (node, [dy, ...others], plain) => {
  const { inputs, inputs0, y, y0 } = compare(node);
  const [x, x0] = [inputs[0], inputs0[0]];
  if (!dy || !x || !x0) throw new Error(`no signal at ${node.kernel}`);
  const at = (signal: Tensor, end?: { readonly inputs: Tensors; readonly outputs: Tensors }) =>
    plain({ signals: [signal, ...others], ...end })[0] as Tensor; // of its one input
  const both = (signal: Tensor, join: (a: Tensor, b: Tensor) => Tensor) => join(at(signal), at(signal, node.reference));
  const gradient = both(dy, mean);
  const moved = sub(x, x0);
  const held = mul(moved, both(onesLike(dy), maximum));
  const missing = sub(sum(mul(dy, sub(y, y0)), -1, true), sum(mul(gradient, moved), -1, true));
  const smallest = add(sum(square(held), -1, true), 1e-30); // not 0 where none of them moved, and nothing is missing
  return [add(gradient, mul(held, div(missing, smallest)))];
};
