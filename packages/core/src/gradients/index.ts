import { commonGradients } from './common';
import { cropGradients } from './crop';
import { dilationGradients } from './dilation';
import { einsumGradients } from './einsum';
import { fourierGradients } from './fourier';
import { productGradients } from './product';
import type { GradientTable } from './rule';
import { scatterGradients } from './scatter';
import { segmentGradients } from './segment';
import { volumeGradients } from './volume';
import { warpGradients } from './warp';

/** The gradient of every kernel that has one, right on every backend. A backend lays its faster rules over it. */
export const gradients: GradientTable = {
  ...commonGradients,
  ...cropGradients,
  ...dilationGradients,
  ...einsumGradients,
  ...fourierGradients,
  ...productGradients,
  ...scatterGradients,
  ...segmentGradients,
  ...volumeGradients,
  ...warpGradients,
};
