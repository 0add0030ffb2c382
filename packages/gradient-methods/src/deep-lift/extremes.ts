import { add, mul, relu, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { Rule } from '@vitrum/core';
import { compareAt, perMoves } from './comparison';

/**
 * Maxima: with y on the input, y′ on the reference and t = max(y, y′), the amount m · (t − y′) goes to the input's winner
 * and m · (y − t) to the reference's, so that whoever made the difference takes all of it, never more than its own move.
 * What an element gets in all is divided by how far it moved. Minima: −max(−x).
 */
export const extreme =
  (epsilon: number, isMinimum = false): Rule =>
  (node, signals, plain) => {
    const { dy, y, y0 } = compareAt(node, signals);
    const others = signals.slice(1);
    const moved = sub(y, y0);
    const [up, down] = [mul(dy, relu(moved)), mul(dy, sub(moved, relu(moved)))];
    const here = plain({ signals: [isMinimum ? down : up, ...others] });
    const there = plain({ signals: [isMinimum ? up : down, ...others], ...node.reference });
    return perMoves(node, plain, epsilon, (i) => add(here[i] as Tensor, there[i] as Tensor)); // one for each input
  };
