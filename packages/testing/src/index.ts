export { type BackendName, backendNames, backendsHere } from './backends-here';
export { closeTo, type Tolerance } from './close-to';
export { type DescribeBackendOptions, describeBackend } from './conformance/describe-backend';
export { type DescribeMethodOptions, describeMethod } from './conformance/describe-method';
export { openBackend } from './golden/backends';
export type { DrawnCases, KernelReport } from './gradcheck/check-kernel';
export { describeGradients } from './gradcheck/describe-gradients';
export { type Check, compareWithDifferences } from './gradcheck/differences';
export { type Exception, exceptionsOf } from './gradcheck/exceptions';
export { excepted, type KernelCase, type KernelCases, pullBack } from './gradcheck/kernel-case';
export { booleans, distinct, floats, integers, positive, smooth, type Values, within } from './gradcheck/values';
export { gradientCases } from './gradient-cases';
export { drawnCases } from './gradient-cases/drawn';
export { expectWarning } from './hostile/console';
export { own } from './hostile/tensors';
export {
  convolutionToy,
  type DirectionalDerivative,
  type DirectionalOptions,
  denseToy,
  describeModels,
  directionalCheck,
  directionalDerivatives,
  functionToy,
  type GraphBuilder,
  graph,
  graphToy,
  type ModelCase,
  ofFunction,
  ofGraph,
  ofLayers,
  spelled,
  type Toy,
  type ToyName,
  toys,
  weigh,
  weighedOutputs,
} from './models';
export { onEachBackend } from './on-each-backend';
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
