import { activationGradients } from './activation';
import { arithmeticGradients } from './arithmetic';
import { convolutionGradients } from './convolution';
import { elementaryGradients } from './elementary';
import { gatherGradients } from './gather';
import { matMulGradients } from './matmul';
import { maximumGradients } from './maximum';
import { normalizationGradients } from './normalization';
import { poolingGradients } from './pooling';
import { reductionGradients } from './reduction';
import { resizeGradients } from './resize';
import type { GradientTable } from './rule';
import { shapeGradients } from './shape';
import { slicingGradients } from './slicing';
import { zeroGradients } from './zero';

/** The gradients of the kernels that most networks are made of. */
export const commonGradients: GradientTable = {
  ...activationGradients,
  ...arithmeticGradients,
  ...convolutionGradients,
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
  ...zeroGradients,
};
