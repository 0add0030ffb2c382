import type { NamedAttrMap, NamedTensorInfoMap, Tensor } from '@tensorflow/tfjs-core';
import type { TapeNode, Tensors } from '../tape/node';
import type { WeightCache } from '../tape/weight-cache';

/** The derivative of this output with respect to this input is zero wherever it exists (indices, shapes, comparisons). */
export const ZERO = 'zero' as const;

/** Computes the signal at one input, `null` where the derivative is zero by nature. Runs inside `tidy`. */
export type Pullback = (() => Tensor) | typeof ZERO;

/**
 * The vector-Jacobian product of one kernel: from ∂S/∂outputs to ∂S/∂inputs, a thunk for each input that can carry one.
 * Only the thunks of inputs that lead to a wanted tensor are called, so a filter's gradient costs nothing.
 * An input that the rule does not name cannot be differentiated: the tape reports it.
 */
export type GradientRule = (
  node: TapeNode,
  signals: Tensors,
  tools: GradientTools,
) => Readonly<Record<string, Pullback>>;

/** Rules by kernel name. */
export type GradientTable = Readonly<Record<string, GradientRule>>;

/** What a rule may use beside the operation itself. */
export interface GradientTools {
  /** Transformed weights (flipped filters, transposed matrices), made once. */
  readonly weights: WeightCache;
  /** Core's own rules, for those that a backend lays over them to fall back on. */
  readonly gradients: GradientTable;
  /** Whether the backend in use has this kernel. */
  has(kernel: string): boolean;
}

interface Operation<I, A> {
  readonly inputs: { readonly [K in keyof I]: Tensor };
  readonly attrs: A;
  /** The first output. */
  readonly y: Tensor;
  readonly outputs: Tensors;
  /** ∂S/∂y, the signal at the first output. */
  readonly dy: Tensor;
  readonly signals: Tensors;
  readonly node: TapeNode;
  readonly tools: GradientTools;
}

/** Writes a rule with the kernel's own types: `rule<ReluInputs>(({ inputs: { x }, dy }) => ({ x: () => mul(dy, step(x)) }))`. */
export function rule<I = NamedTensorInfoMap, A = NamedAttrMap>(
  pullbacks: (operation: Operation<I, A>) => { readonly [K in keyof I]?: Pullback },
): GradientRule {
  return (node, signals, tools) => {
    const [y] = node.outputs;
    const [dy] = signals;
    if (!y || !dy) throw new Error(`a recorded ${node.kernel} has no output`);
    // The kernel's name vouches for the shape of its inputs and attributes.
    const inputs = Object.fromEntries(node.names.map((name, i) => [name, node.inputs[i]])) as Operation<I, A>['inputs'];
    const attrs = node.attrs as A;
    // A pullback left out is an input without a derivative, not a value.
    return pullbacks({ inputs, attrs, y, outputs: node.outputs, dy, signals, node, tools }) as Record<string, Pullback>;
  };
}
