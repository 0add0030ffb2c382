const reasons = {
  'it runs backwards, as a model does only where it differentiates something itself': [
    'AvgPool3DGrad',
    'AvgPoolGrad',
    'Conv2DBackpropFilter',
    'Conv3DBackpropFilterV2',
    'DepthwiseConv2dNativeBackpropFilter',
    'Dilation2DBackpropFilter',
    'Dilation2DBackpropInput',
    'EluGrad',
    'LRNGrad',
    'MaxPool3DGrad',
    'MaxPoolGrad',
    'ResizeBilinearGrad',
    'ResizeNearestNeighborGrad',
  ],
  'it works on ragged tensors, which carry the bounds of their rows beside their values': [
    'RaggedGather',
    'RaggedRange',
    'RaggedTensorToTensor',
  ],
  'it draws on a canvas': ['Draw'],
} as const;

/** Kernels of TF.js without a gradient rule, and why. */
export const unsupportedKernels: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(reasons).flatMap(([reason, kernels]) => kernels.map((kernel) => [kernel, reason])),
);

/** Inputs that the rule of their kernel leaves out, and why. */
export const unsupportedInputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  NonMaxSuppressionV5: { boxes: 'softNmsSigma is not 0, and how scores are lowered as boxes move is not worked out' },
  Transform: { transforms: 'pixels are followed, not the transform, as in TensorFlow' },
};

/** Why the derivative of `kernel` at `input` is not known, if that is on record. */
export function reasonAgainst(kernel: string, input: string): string | undefined {
  return unsupportedKernels[kernel] ?? unsupportedInputs[kernel]?.[input];
}
