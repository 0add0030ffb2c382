import type { GradientTable } from '@vitrum/core';
import { activationGradients, behindActivation } from './activation';
import { poolingGradients } from './pooling';

/** Backward rules that are fast in TensorFlow and mean the same as core's. */
export const nodeGradients: GradientTable = {
  ...activationGradients,
  ...poolingGradients,
  FusedConv2D: behindActivation('FusedConv2D'),
  FusedDepthwiseConv2D: behindActivation('FusedDepthwiseConv2D'),
  _FusedMatMul: behindActivation('_FusedMatMul'),
};
