import { abs, add, mul, relu, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { GradientTools } from '@vitrum/core';
import { bySideOf } from '../in-one';

/** A change to an operand of an operation. The name says the same for the same change: changed weights are kept by it. */
export interface Change {
  readonly name: string;
  of(operand: Tensor): Tensor;
}

/** The operation at changed inputs x̃ and changed weights w̃. */
interface Term {
  readonly x: Change;
  readonly w: Change;
  /** What the bias takes part as; left out, it takes none. */
  readonly bias?: Change;
  /** Counted with the sign of the other terms' output, 1 where that is 0: then none of it is taken off by them. */
  readonly aligned?: boolean;
}

/** A part of the relevance, and the changed operations by whose contributions it is shared out. */
export interface Share {
  /** How much of the relevance: the amounts of a rule add up to 1. */
  readonly amount: number;
  readonly terms: readonly Term[];
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
  readonly tools: GradientTools;
  weights(change: Change): Tensor;
  /** f(x, w) + bias. */
  forward(x: Tensor, weights: Tensor, bias?: Tensor): Tensor;
  /** Jᵀ · signal, J the Jacobian of f(·, w). */
  backward(signal: Tensor, weights: Tensor): Tensor;
}

export const same: Change = { name: 'same', of: (operand) => operand };
/** |x|: of inputs that are never negative, x itself. */
export const absolute: Change = { name: 'absolute', of: (operand) => abs(operand) };
/** x⁺ and x⁻, whose sum is x. */
export const positive: Change = { name: 'positive', of: (operand) => relu(operand) };
export const negative: Change = { name: 'negative', of: (operand) => sub(operand, relu(operand)) };

/** R_in = Σ over shares and terms of x̃ ⊙ J̃ᵀ(amount · R_out / z̃), z̃ = Σ over the terms of f(x̃, w̃) + b̃. */
export function shareOut(linear: Linear, relevance: Tensor, shares: readonly Share[]): Tensor {
  return total(shares.flatMap((share) => sharedOut(linear, relevance, share)));
}

function sharedOut(linear: Linear, relevance: Tensor, { amount, terms, epsilon }: Share): Tensor[] {
  const felt = terms.filter(({ x }) => !(linear.nonNegative && x === negative));
  const [straight, aligned] = [felt.filter((term) => !term.aligned), felt.filter((term) => term.aligned)];
  const inputs = inputsOf(linear);
  const outputOf = ({ x, w, bias }: Term) => {
    if (linear.z && x === same && w === same && (bias === same || !linear.bias)) return linear.z;
    return linear.forward(inputs(x), linear.weights(w), linear.bias && bias?.of(linear.bias));
  };

  const z = total(straight.map(outputOf));
  const side = bySideOf(z, linear.tools);
  const away = aligned.length > 0 ? total(aligned.map(outputOf)) : undefined;
  const signal = times(amount, side.quotient(relevance, epsilon, away));

  const backward = new Map<Tensor, Tensor[]>();
  const send = ({ x, w }: Term, signal: Tensor) => {
    const input = inputs(x);
    backward.set(input, [...(backward.get(input) ?? []), linear.backward(signal, linear.weights(w))]);
  };
  for (const term of straight) send(term, signal);
  if (away) {
    const along = side.turned(signal);
    for (const term of aligned) send(term, along);
  }
  return [...backward].map(([input, slopes]) => mul(input, total(slopes)));
}

/** x̃, one tensor for all that is the same. */
function inputsOf({ x, nonNegative }: Linear): (change: Change) => Tensor {
  const made = new Map<Change, Tensor>();
  return (change) => {
    const unchanged = nonNegative && (change === positive || change === absolute);
    const input = made.get(change) ?? (unchanged ? x : change.of(x));
    made.set(change, input);
    return input;
  };
}

const times = (factor: number, t: Tensor): Tensor => (factor === 1 ? t : mul(factor, t));

function total(terms: readonly Tensor[]): Tensor {
  const [first, ...others] = terms;
  if (!first) throw new Error('a rule without terms');
  return others.reduce((sum, term) => add(sum, term), first);
}
