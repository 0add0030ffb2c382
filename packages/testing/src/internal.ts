// What only the packages of this workspace test themselves with. Not published.
export { findChromium } from './chromium';
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
  describeModels,
  directionalDerivatives,
  type GraphBuilder,
  graph,
  type ModelCase,
  ofFunction,
  ofGraph,
  ofLayers,
  spelled,
  weigh,
  weighedOutputs,
} from './models';
export { type Page, readPage, shownAs } from './page';
