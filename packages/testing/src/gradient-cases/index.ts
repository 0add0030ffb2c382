import type { KernelCases } from '../gradcheck/kernel-case';
import { activationCases, arithmeticCases, elementaryCases } from './elementwise';
import { einsumCases, matMulCases, normalizationCases } from './matrix';
import { reductionCases } from './reduction';
import { gatherCases, resizeCases, shapeCases, slicingCases } from './shape';
import { convolutionCases, poolingCases } from './window';

/** Calls of every kernel that has a gradient, in every combination of attributes that TF.js takes. */
export const gradientCases: KernelCases = {
  ...activationCases,
  ...arithmeticCases,
  ...convolutionCases,
  ...einsumCases,
  ...elementaryCases,
  ...gatherCases,
  ...matMulCases,
  ...normalizationCases,
  ...poolingCases,
  ...reductionCases,
  ...resizeCases,
  ...shapeCases,
  ...slicingCases,
};
