import { add, mul, relu, sub } from '@tensorflow/tfjs-core';
import type { Rule } from '@vitrum/core';
import { compare, perMove } from './comparison';

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
