import {
  type AddInputs,
  type Atan2Inputs,
  add,
  div,
  equal,
  floor,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  type MaximumInputs,
  type MinimumInputs,
  type ModInputs,
  type MultiplyInputs,
  mul,
  neg,
  type PowInputs,
  pow,
  type RealDivInputs,
  type SquaredDifferenceInputs,
  type SubInputs,
  square,
  sub,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { reduceTo } from './broadcast';
import { eachPart, timesConjugate } from './complex';
import { type GradientTable, rule } from './rule';

/** Functions of two variables, which broadcast against each other, and sums. */
export const arithmeticGradients: GradientTable = {
  Add: rule<AddInputs>(({ inputs: { a, b }, dy }) => ({
    a: () => reduceTo(dy, a.shape),
    b: () => reduceTo(dy, b.shape),
  })),
  AddN: rule(({ node, dy }) => Object.fromEntries(node.names.map((name) => [name, () => dy]))),
  Sub: rule<SubInputs>(({ inputs: { a, b }, dy }) => ({
    a: () => reduceTo(dy, a.shape),
    b: () => eachPart(reduceTo(dy, b.shape), neg),
  })),
  Multiply: rule<MultiplyInputs>(({ inputs: { a, b }, dy }) => ({
    a: () => reduceTo(timesConjugate(dy, b), a.shape),
    b: () => reduceTo(timesConjugate(dy, a), b.shape),
  })),
  RealDiv: rule<RealDivInputs>(({ inputs: { a, b }, y, dy }) => ({
    a: () => reduceTo(div(dy, b), a.shape),
    b: () => neg(reduceTo(div(mul(dy, y), b), b.shape)),
  })),
  Mod: rule<ModInputs>(({ inputs: { a, b }, dy }) => ({
    a: () => reduceTo(dy, a.shape),
    b: () => neg(reduceTo(mul(dy, floor(div(a, b))), b.shape)),
  })),
  SquaredDifference: rule<SquaredDifferenceInputs>(({ inputs: { a, b }, dy }) => {
    const towards = () => mul(dy, mul(2, sub(a, b)));
    return { a: () => reduceTo(towards(), a.shape), b: () => neg(reduceTo(towards(), b.shape)) };
  }),
  Pow: rule<PowInputs>(({ inputs: { a, b }, y, dy }) => ({
    a: () => {
      // x⁰ is 1 at 0 too, where b·aᵇ⁻¹ would be 0 · ∞.
      const slope = mul(b, pow(a, sub(b, 1)));
      return reduceTo(mul(dy, where(equal(b, 0), zerosLike(slope), slope)), a.shape);
    },
    // Real powers of a negative base are isolated points: no direction to move the exponent in.
    b: () => reduceTo(mul(dy, mul(y, where(greater(a, 0), log(a), zerosLike(a)))), b.shape),
  })),
  Atan2: rule<Atan2Inputs>(({ inputs: { a, b }, dy }) => {
    const scaled = () => div(dy, add(square(a), square(b)));
    return { a: () => reduceTo(mul(scaled(), b), a.shape), b: () => neg(reduceTo(mul(scaled(), a), b.shape)) };
  }),
  // Where the two are equal, the first is the one that counts.
  Maximum: rule<MaximumInputs>(({ inputs: { a, b }, dy }) => ({
    a: () => reduceTo(mul(dy, greaterEqual(a, b)), a.shape),
    b: () => reduceTo(mul(dy, less(a, b)), b.shape),
  })),
  Minimum: rule<MinimumInputs>(({ inputs: { a, b }, dy }) => ({
    a: () => reduceTo(mul(dy, lessEqual(a, b)), a.shape),
    b: () => reduceTo(mul(dy, greater(a, b)), b.shape),
  })),
};
