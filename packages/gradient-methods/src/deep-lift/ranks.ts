import { abs, add, div, max, maximum, mul, onesLike, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { Rule, Tensors } from '@vitrum/core';
import { compareAt, mean } from './comparison';

/**
 * The k largest, in their order. Ranks change hands on the way, also between others than those who hold one at its ends: so
 * each rank has the mean of the gradients at both ends, which is exact where it is held by the same, and who holds any of
 * them at either end makes up for what that misses of the move, by the smallest multipliers.
 */
export const ranks: Rule = (node, signals, plain) => {
  const { dy, x, x0, y, y0 } = compareAt(node, signals);
  const others = signals.slice(1);
  const at = (signal: Tensor, end?: { readonly inputs: Tensors; readonly outputs: Tensors }) =>
    plain({ signals: [signal, ...others], ...end })[0] as Tensor; // of its one input
  const both = (signal: Tensor, join: (a: Tensor, b: Tensor) => Tensor) => join(at(signal), at(signal, node.reference));
  const gradient = both(dy, mean);
  const moved = sub(x, x0);
  const held = mul(moved, both(onesLike(dy), maximum));
  const missing = sub(sum(mul(dy, sub(y, y0)), -1, true), sum(mul(gradient, moved), -1, true));
  // In units of the largest move, whose square has digits at any scale; not 0 where none moved, and nothing is missing.
  const unit = add(max(abs(held), -1, true), 1e-37);
  const parts = div(held, unit);
  const smallest = add(sum(square(parts), -1, true), 1e-37);
  return [add(gradient, mul(parts, div(div(missing, unit), smallest)))];
};
