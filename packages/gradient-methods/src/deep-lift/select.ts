import { abs, add, cast, div, mul, reshape, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { Rule } from '@vitrum/core';
import { compareAt } from './comparison';

/**
 * y = condition ? t : e. Where the condition is the same on input and reference, whichever it picks takes all. Where it is
 * not, t and e take what makes mₜ Δt + mₑ Δe = Δy with the smallest multipliers, (mₜ, mₑ) = Δy (Δt, Δe)/(Δt² + Δe²): so
 * that a function of one variable written as a case distinction has the multiplier Δy/Δx.
 */
export const select =
  (epsilon: number): Rule =>
  (node, signals) => {
    const { dy, x, x0, inputs, inputs0, y, y0 } = compareAt(node, signals);
    const [[, t, e], [, t0, e0]] = [inputs, inputs0];
    if (!t || !e || !t0 || !e0) throw new Error('a choice has three inputs');
    const [picked, picked0] = [condition(x, y), condition(x0, y)];
    const differs = abs(sub(picked, picked0));
    const agrees = sub(1, differs);
    const [moved, movedToo] = [sub(t, t0), sub(e, e0)];
    const size = add(add(square(moved), square(movedToo)), epsilon ** 2);
    const jump = div(mul(differs, sub(y, y0)), size);
    return [
      undefined,
      mul(dy, add(mul(agrees, picked), mul(jump, moved))),
      mul(dy, add(mul(agrees, sub(1, picked)), mul(jump, movedToo))),
    ];
  };

/** 1 where t is picked, in a shape that broadcasts to the output: a condition of rank 1 picks whole rows. */
function condition(chosen: Tensor, { shape }: Tensor): Tensor {
  const picks = cast(chosen, 'float32');
  return chosen.rank === 1 && shape.length > 1 ? reshape(picks, [-1, ...shape.slice(1).map(() => 1)]) : picks;
}
