import type { TapeNode } from '../tape/node';
import { commonGradients } from './common';
import type { GradientTable } from './rule';

/** The gradients of what is on a tape. Those of rare kernels are loaded once there is one. */
export async function gradientsOf(nodes: readonly TapeNode[]): Promise<GradientTable> {
  if (nodes.every(({ kernel }) => kernel === 'customGrad' || Object.hasOwn(commonGradients, kernel)))
    return commonGradients;
  const { gradients } = await import('.');
  return gradients;
}
