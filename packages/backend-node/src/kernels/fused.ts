import {
  type _FusedMatMulAttrs,
  type _FusedMatMulInputs,
  backend_util,
  type FusedConv2DAttrs,
  type FusedConv2DInputs,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { GraphNode } from '../graph/saved-model';
import { openSession, type Session } from '../graph/session';
import type { Attributes } from '../native';
import { replaceKernel } from './replace';

/** Has TF.js run its fused kernels as one run of TensorFlow, which fuses them; tfjs-node runs up to three operations one after the other. */
export function fuseKernels(): void {
  for (const [kernelName, linearPart] of Object.entries(fusedKernels)) {
    replaceKernel(kernelName, (before) => (call) => {
      const linear = linearPart(call);
      return (linear && fused(linear, call.inputs.bias, call.attrs ?? {})) ?? before(call);
    });
  }
}

/** What comes before bias and activation. */
interface Linear {
  readonly operation: string;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attributes: Attributes;
}

/** `undefined` where TensorFlow does not take it so. */
type LinearPart = (call: Parameters<KernelFunc>[0]) => Linear | undefined;

const convolution =
  (operation: 'Conv2D' | 'DepthwiseConv2dNative'): LinearPart =>
  ({ inputs, attrs }) => {
    // The kernel's name vouches for its inputs and attributes.
    const { x, filter } = inputs as unknown as FusedConv2DInputs;
    const { strides, pad, dataFormat = 'NHWC', dilations, dimRoundingMode } = attrs as unknown as FusedConv2DAttrs;
    if (dataFormat !== 'NHWC' || x.dtype !== 'float32') return undefined;
    const depthwise = operation !== 'Conv2D';
    const info = backend_util.computeConv2DInfo(
      rank4(x),
      rank4(filter),
      strides,
      dilations ?? 1, // null from the depthwise layer of tfjs-layers
      pad,
      dimRoundingMode,
      depthwise,
    );
    const { type, top, bottom, left, right } = info.padInfo;
    if (type === 'NUMBER' || (depthwise && !plain(info))) return undefined;
    return {
      operation,
      inputs: { x, filter },
      attributes: {
        strides: [1, info.strideHeight, info.strideWidth, 1],
        padding: type,
        ...(type === 'EXPLICIT' && { explicit_paddings: [0, 0, top, bottom, left, right, 0, 0] }),
        data_format: 'NHWC',
        dilations: [1, info.dilationHeight, info.dilationWidth, 1],
      },
    };
  };

/** Without dilation, which not every TensorFlow has here, and padded in words: over others its optimiser ends the process. */
const plain = ({ padInfo, dilationHeight, dilationWidth }: backend_util.Conv2DInfo): boolean =>
  padInfo.type !== 'EXPLICIT' && Math.max(dilationHeight, dilationWidth) === 1;

const product: LinearPart = ({ inputs, attrs }) => {
  const { a, b } = inputs as unknown as _FusedMatMulInputs; // as above
  const { transposeA, transposeB } = attrs as unknown as _FusedMatMulAttrs;
  if (a.dtype !== 'float32') return undefined;
  return { operation: 'BatchMatMulV2', inputs: { a, b }, attributes: { adj_x: transposeA, adj_y: transposeB } };
};

const fusedKernels: Readonly<Record<string, LinearPart>> = {
  FusedConv2D: convolution('Conv2D'),
  FusedDepthwiseConv2D: convolution('DepthwiseConv2dNative'),
  _FusedMatMul: product,
};

const activations: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
};

/** The operation with bias and activation; `undefined` where there are none, or not of a kind that is known here. */
function fused(
  { operation, inputs, attributes }: Linear,
  bias: TensorInfo | undefined,
  // tfjs-converter loses the slope for depthwise convolutions; core and wasm take a missing one for 0.
  { activation = 'linear', leakyreluAlpha = 0 }: Partial<Pick<FusedConv2DAttrs, 'activation' | 'leakyreluAlpha'>>,
): TensorInfo | undefined {
  const active = activations[activation];
  if (!(active || (bias && activation === 'linear')) || (bias && bias.shape.length !== 1)) return undefined;
  const nodes: GraphNode[] = [{ name: 'linear', operation, inputs: Object.keys(inputs), attributes }];
  if (bias) nodes.push({ name: 'biased', operation: 'BiasAdd', inputs: ['linear', 'bias'] });
  if (active) {
    const slope = activation === 'leakyrelu' && { attributes: { alpha: leakyreluAlpha } };
    nodes.push({ name: 'active', operation: active, inputs: [bias ? 'biased' : 'linear'], ...slope });
  }
  const fed = bias ? { ...inputs, bias } : inputs;
  return sessionOf(Object.keys(fed), nodes)?.run(Object.values(fed));
}

/** By what they compute; `undefined` where TensorFlow cannot load it. */
const sessions = new Map<string, Session | undefined>();

function sessionOf(placeholders: readonly string[], nodes: readonly GraphNode[]): Session | undefined {
  const key = JSON.stringify([placeholders, nodes]);
  if (!sessions.has(key)) {
    try {
      sessions.set(key, openSession(placeholders, nodes));
    } catch {
      sessions.set(key, undefined);
    }
  }
  return sessions.get(key);
}

/** Convolutions take nothing else. */
const rank4 = ({ shape }: TensorInfo): [number, number, number, number] => shape as [number, number, number, number];
