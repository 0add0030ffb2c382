import {
  type _FusedMatMulAttrs,
  type AvgPoolAttrs,
  type AvgPoolInputs,
  type BatchMatMulInputs,
  type ClipByValueInputs,
  type Conv2DInputs,
  conv2d,
  depthwiseConv2d,
  type FusedConv2DAttrs,
  matMul,
  type Relu6Inputs,
  type ReluInputs,
} from '@tensorflow/tfjs-core';
import { type GradientRule, type GradientTable, rule } from '@vitrum/core';
import { type FusedInputs, throughActivation, throughClip, throughRelu, throughRelu6 } from './activation';
import { convolutionGradient, depthwiseGradient } from './convolution';
import { matMulGradient } from './matmul';
import { averagePoolGradient } from './pooling';
import { convolutionAxes, mixesStrideAndDilation, poolAxes, rank4 } from './window';

/** The generic rule where `fast` has nothing to say about an input that matters. */
const over =
  (kernel: string, fast: GradientRule): GradientRule =>
  (node, signals, tools) => {
    const own = fast(node, signals, tools);
    const suffices = node.names.every((name, i) => name in own || !node.dependsOnPut(i));
    return suffices ? own : { ...tools.gradients[kernel]?.(node, signals, tools), ...own };
  };

const convolution = (kernel: string, depthwise: boolean): GradientRule =>
  over(
    kernel,
    rule<Conv2DInputs & FusedInputs, FusedConv2DAttrs>(({ inputs, attrs, y, dy, tools: { weights } }) => {
      const [x, filter] = [rank4(inputs.x), rank4(inputs.filter)];
      const axes = convolutionAxes(x, filter, attrs, depthwise);
      if (attrs.dataFormat === 'NCHW' || mixesStrideAndDilation(axes)) return {};
      const { strides, pad, dilations, dimRoundingMode } = attrs;
      const convolve = depthwise ? depthwiseConv2d : conv2d;
      const gradient = depthwise ? depthwiseGradient : convolutionGradient;
      return {
        x() {
          const linear = () => convolve(x, filter, strides, pad, 'NHWC', dilations ?? 1, dimRoundingMode);
          return gradient(rank4(throughActivation(dy, y, inputs, attrs, linear)), filter, axes, weights);
        },
      };
    }),
  );

const product = (kernel: string): GradientRule =>
  over(
    kernel,
    rule<BatchMatMulInputs & FusedInputs, _FusedMatMulAttrs>(({ node, inputs, attrs, y, dy, tools }) => {
      const linear = () => matMul(inputs.a, inputs.b, attrs.transposeA, attrs.transposeB);
      return matMulGradient(node, attrs, () => throughActivation(dy, y, inputs, attrs, linear), tools);
    }),
  );

/** Backward rules that are fast in WebAssembly and mean the same as the generic ones. */
export const wasmGradients: GradientTable = {
  Conv2D: convolution('Conv2D', false),
  FusedConv2D: convolution('FusedConv2D', false),
  DepthwiseConv2dNative: convolution('DepthwiseConv2dNative', true),
  FusedDepthwiseConv2D: convolution('FusedDepthwiseConv2D', true),
  BatchMatMul: product('BatchMatMul'),
  _FusedMatMul: product('_FusedMatMul'),
  AvgPool: rule<AvgPoolInputs, AvgPoolAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => averagePoolGradient(rank4(dy), poolAxes(rank4(x), attrs)),
  })),
  Relu: rule<ReluInputs>(({ y, dy }) => ({ x: () => throughRelu(dy, y) })),
  Relu6: rule<Relu6Inputs>(({ y, dy }) => ({ x: () => throughRelu6(dy, y) })),
  ClipByValue: rule<ClipByValueInputs>(({ inputs: { x }, y, dy }) => ({ x: () => throughClip(dy, x, y) })),
};
