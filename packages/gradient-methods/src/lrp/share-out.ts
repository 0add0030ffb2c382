import { add, div, mul, neg, step, sub, type Tensor } from '@tensorflow/tfjs-core';

/** A change to an operand of an operation. The name says the same for the same change: changed weights are kept by it. */
export interface Change {
  readonly name: string;
  of(operand: Tensor): Tensor;
}

/** The operation at changed inputs x̃ and changed weights w̃. */
interface Term {
  readonly x: Change;
  readonly w: Change;
}

/** A part of the relevance, and the changed operations by whose contributions it is shared out. */
export interface Share {
  /** How much of the relevance. */
  readonly amount: number;
  /** Only that of outputs of this sign, by the operation as it is; left out, of all. For every output, the amounts of a rule add up to 1. */
  readonly of?: 'positive' | 'negative';
  readonly terms: readonly Term[];
  /** What the bias takes part as; left out, it takes none. */
  readonly bias?: Change;
  /** Moves z away from 0. */
  readonly epsilon: number;
}

/** An operation that is linear in the one input that is not a weight: z = f(x, w) + b. */
export interface Linear {
  readonly x: Tensor;
  readonly bias?: Tensor;
  /** f(x, w) + b, if it was computed already. */
  readonly z?: Tensor;
  /** Whether x has no negative element, whatever the input. */
  readonly nonNegative: boolean;
  weights(change: Change): Tensor;
  /** f(x, w), without the bias. */
  forward(x: Tensor, weights: Tensor): Tensor;
  /** Jᵀ · signal, J the Jacobian of f(·, w). */
  backward(signal: Tensor, weights: Tensor): Tensor;
}

export const same: Change = { name: 'same', of: (operand) => operand };

/** z + ε · sign(z), with sign(0) = 1. By `step`, since `where` copies its numbers to the size of z. */
export const stabilised = (z: Tensor, epsilon: number): Tensor => sub(z, mul(epsilon, step(neg(z), -1)));

/** R_in = Σ over shares and terms of x̃ ⊙ J̃ᵀ(amount · R_out / z̃), z̃ = Σ over the terms of f(x̃, w̃) + b̃. */
export function shareOut(linear: Linear, relevance: Tensor, shares: readonly Share[]): Tensor {
  return total(
    shares.flatMap(({ amount, of, terms, bias, epsilon }) => {
      const changed = terms
        .filter(({ x }) => !(linear.nonNegative && x.name === 'negative'))
        .map(({ x, w }) => ({ x: x.of(linear.x), w: linear.weights(w) }));
      const unchanged = bias === same && terms.every(({ x, w }) => x === same && w === same);
      const outputs = () => [
        ...changed.map(({ x, w }) => linear.forward(x, w)),
        ...(bias && linear.bias ? [bias.of(linear.bias)] : []),
      ];
      const z = (unchanged && linear.z) || total(outputs());
      const part = of ? mul(relevance, isOfSign(outputOf(linear, bias), of)) : relevance;
      const signal = mul(amount, div(part, stabilised(z, epsilon)));
      return changed.map(({ x, w }) => mul(x, linear.backward(signal, w)));
    }),
  );
}

/** What the operation gives by itself, with its bias if that takes part. */
function outputOf({ x, z, bias, weights, forward }: Linear, takesPart: Change | undefined): Tensor {
  if (z && (takesPart || !bias)) return z;
  return total([forward(x, weights(same)), ...(takesPart && bias ? [bias] : [])]);
}

/** 1 where z has the sign, 0 elsewhere; 0 is positive. */
const isOfSign = (z: Tensor, sign: 'positive' | 'negative'): Tensor =>
  sign === 'negative' ? step(neg(z)) : sub(1, step(neg(z)));

/** The sum; a bias comes last and is broadcast. */
function total(terms: readonly Tensor[]): Tensor {
  const [first, ...others] = terms;
  if (!first) throw new Error('a rule without terms');
  return others.reduce((sum, term) => add(sum, term), first);
}
