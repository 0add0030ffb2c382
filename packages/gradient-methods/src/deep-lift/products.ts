import { engine, mul, neg, reciprocal, sub, type Tensor } from '@tensorflow/tfjs-core';
import { type Rule, reduceTo } from '@vitrum/core';
import { compare, compareAt, forEachInput, mean, perMoves } from './comparison';

/**
 * What two factors do together is shared out half and half, the mean over the two orders in which they can change:
 * Δ(ab) = Δa · mean(b) + mean(a) · Δb, exactly. So the multipliers are the gradient with the mean of input and reference
 * in place of each factor; for the square of a difference too, and any other map that is linear in each input or quadratic.
 */
export const midpoint: Rule = (node, _, plain) => {
  const { inputs, inputs0 } = compare(node);
  return plain({ inputs: inputs.map((x, i) => (inputs0[i] && x.dtype === 'float32' ? mean(x, inputs0[i]) : x)) });
};

/** a / b as a product of a and 1/b, whose own slope is −1/(b b′). */
export const quotient: Rule = forEachInput((i, { dy, x: a, x0: a0, inputs: [, b], inputs0: [, b0] }) => {
  if (!b || !b0) throw new Error('a quotient has two inputs');
  const [r, r0] = [reciprocal(b), reciprocal(b0)];
  return i === 0 ? mul(dy, mean(r, r0)) : neg(mul(dy, mul(mean(a, a0), mul(r, r0))));
});

/**
 * Any function of two: for each input the mean, over both orders of changing, of how the output moves when it does (the
 * Shapley value), divided by how far the input moves.
 */
export const inBothOrders =
  (epsilon: number): Rule =>
  (node, signals, plain) => {
    const { dy, inputs, inputs0, y, y0 } = compareAt(node, signals);
    const { kernel, names, attrs } = node;
    const at = (a?: Tensor, b?: Tensor): Tensor =>
      engine().runKernel(kernel, { [names[0] ?? '']: a, [names[1] ?? '']: b } as Record<string, Tensor>, { ...attrs }); // both are given
    const [onlyFirst, onlySecond] = [at(inputs[0], inputs0[1]), at(inputs0[0], inputs[1])];
    const gain = (only: Tensor, other: Tensor) => mean(sub(only, y0), sub(y, other));
    return perMoves(node, plain, epsilon, (i, x) =>
      reduceTo(mul(dy, i === 0 ? gain(onlyFirst, onlySecond) : gain(onlySecond, onlyFirst)), x.shape),
    );
  };
