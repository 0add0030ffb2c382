import type { DrawnCases } from '../../gradcheck/check-kernel';
import { drawnComplexes } from './complex';
import { drawnElementwise } from './elementwise';
import { drawnGathers } from './gather';
import { drawnImages } from './image';
import { drawnMatrices } from './matrix';
import { drawnReductions } from './reduction';
import { drawnShapes } from './shape';
import { drawnSlices } from './slicing';
import { drawnWindows } from './window';

/** Calls of kernels with shapes, axes and attributes at random. */
export const drawnCases: DrawnCases = {
  ...drawnComplexes,
  ...drawnElementwise,
  ...drawnGathers,
  ...drawnImages,
  ...drawnMatrices,
  ...drawnReductions,
  ...drawnShapes,
  ...drawnSlices,
  ...drawnWindows,
};
