import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { complexCases, mixedComplexCases } from './complex';
import { activationCases, arithmeticCases, elementaryCases, steppedCases } from './elementwise';
import { imageCases } from './image';
import { einsumCases, matMulCases, normalizationCases } from './matrix';
import { reductionCases } from './reduction';
import { segmentCases } from './segment';
import { gatherCases, resizeCases, shapeCases, slicingCases } from './shape';
import { volumeCases } from './volume';
import { convolutionCases, poolingCases } from './window';

const families: readonly KernelCases[] = [
  activationCases,
  arithmeticCases,
  complexCases,
  convolutionCases,
  einsumCases,
  elementaryCases,
  gatherCases,
  imageCases,
  matMulCases,
  normalizationCases,
  poolingCases,
  reductionCases,
  resizeCases,
  segmentCases,
  shapeCases,
  slicingCases,
  steppedCases,
  volumeCases,
  mixedComplexCases,
];

/** Calls of every kernel that has a gradient, in every combination of attributes that TF.js takes. */
export const gradientCases: KernelCases = families.reduce<Record<string, readonly KernelCase[]>>((all, family) => {
  for (const [kernel, cases] of Object.entries(family)) all[kernel] = [...(all[kernel] ?? []), ...cases];
  return all;
}, {});
