import type { Conv2DAttrs, Conv2DInputs } from '@tensorflow/tfjs-core';
import { describeGradients, gradientCases } from '@vitrum/testing/internal';
import { describe } from 'vitest';
import { conv2dInputGradient, depthwiseConv2dInputGradient } from './convolution';
import { type GradientTable, rule } from './rule';
import { convolutionWindows } from './windows';

const composed: GradientTable = {
  Conv2D: rule<Conv2DInputs, Conv2DAttrs>(({ inputs: { x, filter }, attrs, dy, tools }) => ({
    x: () => conv2dInputGradient(dy, filter, convolutionWindows(x.shape, filter, attrs, false), tools.weights),
  })),
  DepthwiseConv2dNative: rule<Conv2DInputs, Conv2DAttrs>(({ inputs: { x, filter }, attrs, dy, tools }) => ({
    x: () => depthwiseConv2dInputGradient(dy, filter, convolutionWindows(x.shape, filter, attrs, true), tools.weights),
  })),
};
const channelsLast = (kernel: string) =>
  gradientCases[kernel]?.filter(({ attrs }) => attrs?.dataFormat === 'NHWC') ?? [];

describe('a convolution of the signal with the flipped filter, for any stride, dilation and padding', () => {
  const cases = Object.fromEntries(Object.keys(composed).map((kernel) => [kernel, channelsLast(kernel)]));
  describeGradients(composed, cases, ['cpu', 'wasm']);
});
