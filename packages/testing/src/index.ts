export { closeTo, type Tolerance } from './close-to';
export { type DescribeBackendOptions, describeBackend } from './conformance/describe-backend';
export { type DescribeMethodOptions, describeMethod } from './conformance/describe-method';
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
export { expectWarning } from './hostile/console';
export { own } from './hostile/tensors';
export { convolutionToy, denseToy, functionToy, graphToy, type Toy, type ToyName, toys } from './models';
export {
  type RowScore,
  scoreOf,
  slowGradient,
  slowIntegratedGradients,
  slowOcclusion,
  slowShapley,
  type Windows,
} from './references';
export { seeded, seededNumbers } from './seeded';
