import {
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
  type Tensor,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { eachPart } from './complex';
import { type GradientTable, rule } from './rule';

/**
 * Complex numbers on the way between real ones. The signal at z = a + ib is ∂S/∂a + i·∂S/∂b, so a linear map has its
 * conjugate transpose as adjoint.
 */
export const fourierGradients: GradientTable = {
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
