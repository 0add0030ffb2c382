import {
  add,
  type ComplexAbsInputs,
  type ComplexInputs,
  complex,
  divNoNan,
  type FFTInputs,
  fft,
  type IFFTInputs,
  type ImagInputs,
  ifft,
  imag,
  mul,
  type RealInputs,
  real,
  sub,
  type Tensor,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { type GradientRule, type GradientTable, type Pullback, rule, ZERO } from './rule';

/**
 * Complex numbers on the way between real ones. The signal at z = a + ib is ∂S/∂a + i·∂S/∂b, so a linear map has its
 * conjugate transpose as adjoint.
 */
export const complexGradients: GradientTable = {
  Complex: rule<ComplexInputs>(({ dy }) => ({ real: () => real(dy), imag: () => imag(dy) })),
  Real: rule<RealInputs>(({ dy }) => ({ input: () => complex(dy, zerosLike(dy)) })),
  Imag: rule<ImagInputs>(({ dy }) => ({ input: () => complex(zerosLike(dy), dy) })),
  // The direction of z; none at 0.
  ComplexAbs: rule<ComplexAbsInputs>(({ inputs: { x }, y, dy }) => ({
    x: () => eachPart(x, (part) => mul(part, divNoNan(dy, y))),
  })),
  FFT: rule<FFTInputs>(({ dy }) => ({ input: () => eachPart(ifft(dy), (part) => mul(part, lengthOf(dy))) })),
  IFFT: rule<IFFTInputs>(({ dy }) => ({ input: () => eachPart(fft(dy), (part) => mul(part, 1 / lengthOf(dy))) })),
};

/** Transforms run along the last axis. */
const lengthOf = (t: Tensor): number => t.shape.at(-1) ?? 1;

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
