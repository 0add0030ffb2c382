import type { DrawnCases } from '../../gradcheck/check-kernel';

/** Calls of kernels with shapes and attributes at random. */
export const drawnCases: DrawnCases = {};
