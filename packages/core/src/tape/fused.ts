import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { KernelCall } from './engine';

const fusedKernels = new Set(['FusedConv2D', 'FusedDepthwiseConv2D', '_FusedMatMul']);

interface Activation {
  kernelName: string;
  inputs: (x: Tensor) => NamedTensorMap;
  attrs?: NamedAttrMap;
}

function activationOf({ attrs = {}, inputs }: KernelCall): Activation | undefined {
  const x = (x: Tensor) => ({ x });
  switch (attrs.activation) {
    case 'relu':
      return { kernelName: 'Relu', inputs: x };
    case 'relu6':
      return { kernelName: 'Relu6', inputs: x };
    case 'elu':
      return { kernelName: 'Elu', inputs: x };
    case 'sigmoid':
      return { kernelName: 'Sigmoid', inputs: x };
    case 'leakyrelu':
      return { kernelName: 'LeakyRelu', inputs: x, attrs: { alpha: attrs.leakyreluAlpha ?? 0 } }; // as wasm does
    case 'prelu': {
      const alpha = inputs.preluActivationWeights;
      return alpha && { kernelName: 'Prelu', inputs: (x) => ({ x, alpha }) };
    }
    default:
      return undefined;
  }
}

/**
 * A fused operation as the two it stands for: the linear one and its activation, so that rules see each by itself.
 * `undefined` if the call is not fused with an activation.
 */
export function unfuse(call: KernelCall): { linear: KernelCall; activation: (x: Tensor) => KernelCall } | undefined {
  if (!fusedKernels.has(call.kernelName)) return undefined;
  const activation = activationOf(call);
  if (!activation) return undefined;
  const { preluActivationWeights: _, ...inputs } = call.inputs;
  const { kernelName, attrs } = activation;
  return {
    linear: { kernelName: call.kernelName, inputs, attrs: { ...call.attrs, activation: 'linear' } },
    activation: (x) => ({ kernelName, inputs: activation.inputs(x), ...(attrs && { attrs }) }),
  };
}
