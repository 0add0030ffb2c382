export {
  booleans,
  type Comparison,
  compareWithDifferences,
  describeGradients,
  distinct,
  floats,
  integers,
  type KernelCase,
  type KernelCases,
  positive,
  pullBack,
  smooth,
  type Values,
  within,
} from './finite-differences';
export { openBackend } from './golden/backends';
export { gradientCases } from './gradient-cases';
