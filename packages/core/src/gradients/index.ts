import { activationGradients } from './activation';
import { arithmeticGradients } from './arithmetic';
import { complexGradients } from './complex';
import { convolutionGradients } from './convolution';
import { cropGradients } from './crop';
import { einsumGradients } from './einsum';
import { elementaryGradients } from './elementary';
import { gatherGradients } from './gather';
import { matMulGradients } from './matmul';
import { maximumGradients } from './maximum';
import { normalizationGradients } from './normalization';
import { poolingGradients } from './pooling';
import { reductionGradients } from './reduction';
import { resizeGradients } from './resize';
import type { GradientTable } from './rule';
import { segmentGradients } from './segment';
import { shapeGradients } from './shape';
import { slicingGradients } from './slicing';
import { volumeGradients } from './volume';
import { warpGradients } from './warp';
import { zeroGradients } from './zero';

/** The gradient of every kernel that has one, right on every backend. A backend lays its faster rules over it. */
export const gradients: GradientTable = {
  ...activationGradients,
  ...arithmeticGradients,
  ...convolutionGradients,
  ...einsumGradients,
  ...elementaryGradients,
  ...gatherGradients,
  ...matMulGradients,
  ...maximumGradients,
  ...normalizationGradients,
  ...poolingGradients,
  ...reductionGradients,
  ...resizeGradients,
  ...shapeGradients,
  ...slicingGradients,
  ...volumeGradients,
  ...complexGradients,
  ...cropGradients,
  ...segmentGradients,
  ...warpGradients,
  ...zeroGradients,
};
