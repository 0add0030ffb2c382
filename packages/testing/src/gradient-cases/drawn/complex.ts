import type { DrawnCases } from '../../gradcheck/check-kernel';
import { complexes, smooth } from '../../gradcheck/values';
import { cases, shapes } from './draw-case';

const transform = cases(shapes(1, 4, false), (shape) => ({ inputs: { input: complexes(...shape) } }));
const part = cases(shapes(0, 4, false), (shape) => ({ inputs: { input: complexes(...shape) } }));

export const drawnComplexes: DrawnCases = {
  Complex: cases(shapes(0, 5, false), (shape) => ({ inputs: { real: smooth(...shape), imag: smooth(...shape) } })),
  Real: part,
  Imag: part,
  FFT: transform,
  IFFT: transform,
};
