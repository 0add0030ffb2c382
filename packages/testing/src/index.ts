export { openBackend } from './backends';
export { type BackendName, backendNames, backendsHere } from './backends-here';
export { type Comparable, closeTo, type Tolerance } from './close-to';
export type { Numbers } from './compare';
export { type DescribeBackendOptions, describeBackend } from './conformance/describe-backend';
export { type DescribeMethodOptions, describeMethod } from './conformance/describe-method';
export {
  convolutionToy,
  type DirectionalDerivative,
  type DirectionalOptions,
  denseToy,
  directionalCheck,
  functionToy,
  graphToy,
  type Toy,
  type ToyName,
  toys,
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
