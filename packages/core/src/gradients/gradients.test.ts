import { getKernelsForBackend } from '@tensorflow/tfjs-core';
import { describeGradients, gradientCases, openBackend } from '@vitrum/testing';
import { expect, test } from 'vitest';
import { gradients } from '.';
import { ZERO } from './rule';
import { zeroGradients } from './zero';

describeGradients(gradients, gradientCases, ['cpu', 'wasm']);

test('every rule that is not zero by nature is checked against finite differences', () => {
  const unchecked = Object.keys(gradients).filter((kernel) => !gradientCases[kernel] && !zeroGradients[kernel]);
  expect(unchecked).toEqual([]);
});

test('a rule that is zero by nature says so for every input', () => {
  const node = { kernel: 'Greater', index: 0, attrs: {}, names: ['a', 'b'], inputs: [], outputs: [] };
  const signals = zeroGradients['Greater']?.({ ...node, producer: () => undefined, dependsOnPut: () => true }, [], {
    weights: { of: (weight) => weight, dispose: () => undefined },
    has: () => true,
  });
  expect(signals).toEqual({ a: ZERO, b: ZERO });
});

/** Kernels on cpu without a rule: attributing through one is an error that names it. */
const unsupported = {
  'works backwards, only inside TF.js gradients': [
    'AvgPool3DGrad',
    'AvgPoolGrad',
    'Conv2DBackpropFilter',
    'Conv3DBackpropFilterV2',
    'DepthwiseConv2dNativeBackpropFilter',
    'DepthwiseConv2dNativeBackpropInput',
    'Dilation2DBackpropFilter',
    'Dilation2DBackpropInput',
    'EluGrad',
    'LRNGrad',
    'MaxPool3DGrad',
    'MaxPoolGrad',
    'ResizeBilinearGrad',
    'ResizeNearestNeighborGrad',
  ],
  'takes no tensor': ['Fill', 'LinSpace', 'Range'],
  'takes text, or shapes and row limits beside values': [
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
    'SparseFillEmptyRows',
    'SparseReshape',
    'StaticRegexReplace',
    'StringNGrams',
    'StringSplit',
    'StringToHashBucketFast',
  ],
  'draws at random or on a canvas': ['Draw', 'Multinomial'],
  'is complex': ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'],
  'works on volumes, where the kernels of wasm are wrong': ['Conv3D', 'Conv3DBackpropInputV2', 'MaxPool3D'],
  'is rare in what models answer with': [
    'Bincount',
    'CropAndResize',
    'Cumprod',
    'DenseBincount',
    'Dilation2D',
    'NonMaxSuppressionV5',
    'RotateWithOffset',
    'SparseSegmentMean',
    'SparseSegmentSum',
    'SparseToDense',
    'Transform',
    'Unique',
    'UnsortedSegmentSum',
  ],
};

test('every kernel of the cpu backend has a rule, or a reason not to', async () => {
  await openBackend('cpu');
  const known = new Set([...Object.keys(gradients), ...Object.values(unsupported).flat()]);
  const unknown = getKernelsForBackend('cpu')
    .map(({ kernelName }) => kernelName)
    .filter((kernel) => !known.has(kernel));
  expect(unknown.sort()).toEqual([]);
  expect(
    Object.values(unsupported)
      .flat()
      .filter((kernel) => kernel in gradients),
  ).toEqual([]);
});
