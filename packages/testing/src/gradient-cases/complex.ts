import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { complexes, distinct, smooth } from '../gradcheck/values';

const lines: number[][] = [[1], [2], [5], [8], [2, 6], [3, 4], [2, 2, 3]];

const transforms = (): KernelCase[] => lines.map((shape) => ({ inputs: { input: complexes(...shape) } }));

export const complexCases: KernelCases = {
  Complex: [[], [4], [2, 3], [2, 1, 2, 2]].map((shape) => ({
    inputs: { real: smooth(...shape), imag: smooth(...shape) },
  })),
  Real: [[], [4], [2, 3]].map((shape) => ({ inputs: { input: complexes(...shape) } })),
  Imag: [[], [4], [2, 3]].map((shape) => ({ inputs: { input: complexes(...shape) } })),
  // Away from 0, where the absolute value has a kink.
  ComplexAbs: [[2], [2, 4], [2, 3, 2]].map((shape) => ({
    inputs: { x: { ...distinct(...shape), dtype: 'complex64', shape: halved(shape) } },
  })),
  FFT: transforms(),
  IFFT: transforms(),
};

/** A shape of half as many, since a complex number takes two. */
function halved([first = 2, ...rest]: number[]): number[] {
  return [first / 2, ...rest];
}

const equal = (): KernelCase['inputs'] => ({ a: complexes(2, 3), b: complexes(2, 3) });
const broadcast = (): Pick<KernelCase, 'inputs' | 'except'> => ({
  inputs: { a: complexes(2, 3), b: complexes(3) },
  except: { cpu: 'reads beyond a broadcast complex tensor' },
});

/** What else of TF.js takes complex numbers on cpu, under the kernels' names. */
export const mixedComplexCases: KernelCases = {
  Add: [{ inputs: equal() }, broadcast()],
  Sub: [{ inputs: equal() }, broadcast()],
  Multiply: [{ inputs: equal() }, broadcast()],
  Identity: [{ inputs: { x: complexes(3) } }],
  Reshape: [{ inputs: { x: complexes(2, 3) }, attrs: { shape: [6] } }],
  ExpandDims: [{ inputs: { input: complexes(3) }, attrs: { dim: 0 } }],
  Concat: [{ inputs: [complexes(2, 1), complexes(2, 3)], attrs: { axis: 1 } }],
  Pack: [{ inputs: [complexes(3), complexes(3)], attrs: { axis: 0 } }],
  Cast: [
    { inputs: { x: complexes(3) }, attrs: { dtype: 'float32' } },
    { inputs: { x: smooth(3) }, attrs: { dtype: 'complex64' } },
    { inputs: { x: complexes(3) }, attrs: { dtype: 'complex64' } },
  ],
};
