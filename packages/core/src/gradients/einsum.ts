import { type EinsumAttrs, einsum, mul, ones, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { type GradientTable, type Pullback, rule } from './rule';

export const einsumGradients: GradientTable = {
  Einsum: rule<Record<string, Tensor>, EinsumAttrs>(({ node, attrs, dy }) => {
    const [left = '', out = ''] = attrs.equation.replace(/\s/g, '').split('->');
    const terms = left.split(',');
    const factors = node.inputs.map((tensor, i) => ({ tensor, axes: terms[i] ?? '' }));
    return Object.fromEntries(
      node.names.map((name, i): [string, Pullback] => [
        name,
        () => contract([{ tensor: dy, axes: out }, ...factors.filter((_, j) => j !== i)], factors[i] as Factor), // names and inputs run in parallel
      ]),
    );
  }),
};

interface Factor {
  readonly tensor: Tensor;
  /** A letter for each axis. */
  readonly axes: string;
}

/** The product of `factors` in the axes of `like`: summed over the others, repeated along those that no factor has. */
function contract(factors: readonly Factor[], like: Factor): Tensor {
  const kept = [...like.axes].filter((axis) => factors.some(({ axes }) => axes.includes(axis)));
  // TF.js has no notation for a scalar factor.
  const scalars = factors.filter(({ axes }) => axes === '');
  const arrays = factors.filter(({ axes }) => axes !== '');
  const equation = `${arrays.map(({ axes }) => axes).join()}->${kept.join('')}`;
  const product = arrays.length > 0 ? einsum(equation, ...arrays.map(({ tensor }) => tensor)) : ones([]);
  const scaled = scalars.reduce((total, { tensor }) => mul(total, tensor), product);
  const shape = [...like.axes].map((axis, i) => (kept.includes(axis) ? (like.tensor.shape[i] ?? 1) : 1));
  return mul(reshape(scaled, shape), ones(like.tensor.shape));
}
