import type {
  EluInputs,
  LeakyReluAttrs,
  LeakyReluInputs,
  NamedAttrMap,
  Relu6Inputs,
  ReluInputs,
  SigmoidInputs,
  SoftplusInputs,
  TanhInputs,
  Tensor,
} from '@tensorflow/tfjs-core';
import { type GradientRule, type GradientTable, rule } from '@vitrum/core';
import { run } from '../native';

// Each one pass over memory; the masks of core's rules are up to fifteen, since TF.js's Step alone is six operations here.
const throughRelu = (dy: Tensor, y: Tensor) => run('ReluGrad', [dy, y]);
const throughRelu6 = (dy: Tensor, y: Tensor) => run('Relu6Grad', [dy, y]);
const throughElu = (dy: Tensor, y: Tensor) => run('EluGrad', [dy, y]);
const throughSigmoid = (dy: Tensor, y: Tensor) => run('SigmoidGrad', [y, dy]);
const throughLeakyRelu = (dy: Tensor, x: Tensor, alpha: number) => run('LeakyReluGrad', [dy, x], { alpha });

export const activationGradients: GradientTable = {
  Relu: rule<ReluInputs>(({ y, dy }) => ({ x: () => throughRelu(dy, y) })),
  Relu6: rule<Relu6Inputs>(({ y, dy }) => ({ x: () => throughRelu6(dy, y) })),
  Elu: rule<EluInputs>(({ y, dy }) => ({ x: () => throughElu(dy, y) })),
  Sigmoid: rule<SigmoidInputs>(({ y, dy }) => ({ x: () => throughSigmoid(dy, y) })),
  Tanh: rule<TanhInputs>(({ y, dy }) => ({ x: () => run('TanhGrad', [y, dy]) })),
  Softplus: rule<SoftplusInputs>(({ inputs: { x }, dy }) => ({ x: () => run('SoftplusGrad', [dy, x]) })),
  LeakyRelu: rule<LeakyReluInputs, LeakyReluAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => throughLeakyRelu(dy, x, attrs.alpha),
  })),
};

/** The rule of a fused kernel: core's, behind its activation. */
export const behindActivation =
  (kernel: string): GradientRule =>
  (node, signals, tools) => {
    const linear = tools.gradients[kernel];
    const [dy, y] = [signals[0], node.outputs[0]];
    if (!linear || !dy || !y) throw new Error(`a recorded ${node.kernel} has no output, or core no rule for it`);
    const dz = throughFused(node.attrs, dy, y);
    // Slopes that may be negative need the linear part anew, which core's rule computes.
    if (!dz) return linear(node, signals, tools);
    return linear({ ...node, attrs: { ...node.attrs, activation: 'linear' } }, [dz], tools);
  };

/** The signal before a fused activation, where the output y says as much as the input. */
function throughFused({ activation, leakyreluAlpha }: NamedAttrMap, dy: Tensor, y: Tensor): Tensor | undefined {
  switch (activation ?? 'linear') {
    case 'linear':
      return dy;
    case 'relu':
      return throughRelu(dy, y);
    case 'relu6':
      return throughRelu6(dy, y);
    case 'elu':
      return throughElu(dy, y);
    case 'sigmoid':
      return throughSigmoid(dy, y);
    case 'leakyrelu': {
      const alpha = typeof leakyreluAlpha === 'number' ? leakyreluAlpha : 0; // as the kernel takes it
      return alpha < 0 ? undefined : throughLeakyRelu(dy, y, alpha);
    }
    default:
      return undefined;
  }
}
