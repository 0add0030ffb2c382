import { activationGradients } from './activation';
import { arithmeticGradients } from './arithmetic';
import { convolutionGradients } from './convolution';
import { einsumGradients } from './einsum';
import { elementaryGradients } from './elementary';
import { gatherGradients } from './gather';
import { matMulGradients } from './matmul';
import { normalizationGradients } from './normalization';
import { poolingGradients } from './pooling';
import { reductionGradients } from './reduction';
import { resizeGradients } from './resize';
import type { GradientTable } from './rule';
import { shapeGradients } from './shape';
import { slicingGradients } from './slicing';
import { zeroGradients } from './zero';

export { throughFused } from './activation';
export { conv2dInputGradient, depthwiseConv2dInputGradient } from './convolution';
export { type Multiply, matMulPullbacks } from './matmul';
export { kernelAveragePool, kernelMaxPool } from './pooling';
export { convolutionWindows, type PlaneWindows, poolWindows, type Windows } from './windows';

/** The gradient of every kernel that has one, right on every backend. A backend lays its faster rules over it. */
export const gradients: GradientTable = {
  ...activationGradients,
  ...arithmeticGradients,
  ...convolutionGradients,
  ...einsumGradients,
  ...elementaryGradients,
  ...gatherGradients,
  ...matMulGradients,
  ...normalizationGradients,
  ...poolingGradients,
  ...reductionGradients,
  ...resizeGradients,
  ...shapeGradients,
  ...slicingGradients,
  ...zeroGradients,
};
