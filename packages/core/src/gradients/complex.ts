import { add, complex, imag, mul, real, sub, type Tensor } from '@tensorflow/tfjs-core';
import { type GradientRule, type GradientTable, type Pullback, ZERO } from './rule';

const isComplex = (t: Tensor): boolean => t.dtype === 'complex64';

/** A map of real numbers, of both parts of a complex tensor. */
export const eachPart = (t: Tensor, map: (part: Tensor) => Tensor): Tensor =>
  isComplex(t) ? complex(map(real(t)), map(imag(t))) : map(t);

/** dy · b̄, in real numbers: TF.js broadcasts complex ones wrongly on cpu. */
export function timesConjugate(dy: Tensor, b: Tensor): Tensor {
  if (!isComplex(b)) return mul(dy, b);
  const [p, q, r, s] = [real(dy), imag(dy), real(b), imag(b)];
  return complex(add(mul(p, r), mul(q, s)), sub(mul(q, r), mul(p, s)));
}

/** Rules that are linear in their signals with real coefficients, for complex signals too: part by part, since most kernels take real numbers only. */
export const partwise = (table: GradientTable): GradientTable =>
  Object.fromEntries(Object.entries(table).map(([kernel, rule]) => [kernel, ofEachPart(rule)]));

const ofEachPart =
  (rule: GradientRule): GradientRule =>
  (node, signals, tools) => {
    if (!signals.some(isComplex)) return rule(node, signals, tools);
    const parts = [real, imag].map((part) => rule(node, signals.map(part), tools));
    const [ofReal = {}, ofImag = {}] = parts;
    return Object.fromEntries(
      Object.entries(ofReal).map(([name, pullback]): [string, Pullback] => {
        const other = ofImag[name];
        if (pullback === ZERO || !other || other === ZERO) return [name, ZERO];
        return [name, () => complex(pullback(), other())];
      }),
    );
  };
