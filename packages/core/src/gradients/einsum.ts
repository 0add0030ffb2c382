import { type EinsumAttrs, matMul, mul, ones, reshape, sum, type Tensor, transpose, util } from '@tensorflow/tfjs-core';
import { type GradientTable, type Pullback, rule } from './rule';

export const einsumGradients: GradientTable = {
  Einsum: rule<Readonly<Record<string, Tensor>>, EinsumAttrs>(({ node, attrs, dy }) => {
    const [left = '', out = ''] = attrs.equation.replace(/\s/g, '').split('->');
    const factors = left.split(',').map((axes, i) => ({ axes, tensor: node.inputs[i] ?? dy }));
    const signal = { axes: out, tensor: dy };
    return Object.fromEntries(
      factors.map((factor, i): [string, Pullback] => [
        node.names[i] ?? '',
        // TF.js takes one factor or two.
        () => contract(signal, factors[1 - i] ?? { axes: '', tensor: ones([]) }, factor),
      ]),
    );
  }),
};

interface Factor {
  /** A letter for each axis. */
  readonly axes: string;
  readonly tensor: Tensor;
}

/**
 * The product of `a` and `b` in the axes of `like`: summed over the others, repeated along those that neither has. As one
 * matMul, since TF.js's einsum is wrong for some equations, and wasm has none.
 */
function contract(a: Factor, b: Factor, like: Factor): Tensor {
  const both = [...a.axes].filter((axis) => b.axes.includes(axis));
  const batch = both.filter((axis) => like.axes.includes(axis));
  const summed = both.filter((axis) => !like.axes.includes(axis));
  const rows = [...a.axes].filter((axis) => !b.axes.includes(axis));
  const columns = [...b.axes].filter((axis) => !a.axes.includes(axis) && like.axes.includes(axis));
  const product = matMul(grouped(a, [batch, rows, summed]), grouped(b, [batch, summed, columns]));

  const axes = [...batch, ...rows, ...columns];
  const kept = [...like.axes].filter((axis) => axes.includes(axis));
  const ordered = transpose(
    reshape(
      product,
      axes.map((axis) => sizeOf(axis, a, b)),
    ),
    kept.map((axis) => axes.indexOf(axis)),
  );
  const shape = [...like.axes].map((axis) => (kept.includes(axis) ? sizeOf(axis, a, b) : 1));
  return mul(reshape(ordered, shape), ones(like.tensor.shape));
}

/** A factor with an axis for each group of letters, summed over the letters in none. */
function grouped(factor: Factor, groups: readonly string[][]): Tensor {
  const letters = [...factor.axes];
  const kept = groups.flat();
  const rest = letters.filter((axis) => !kept.includes(axis));
  const permuted = transpose(
    factor.tensor,
    [...kept, ...rest].map((axis) => letters.indexOf(axis)),
  );
  const shape = groups.map((group) => util.sizeFromShape(group.map((axis) => sizeOf(axis, factor))));
  if (rest.length === 0) return reshape(permuted, shape);
  return sum(reshape(permuted, [...shape, -1]), -1);
}

function sizeOf(axis: string, ...factors: readonly Factor[]): number {
  const factor = factors.find(({ axes }) => axes.includes(axis));
  return factor?.tensor.shape[factor.axes.indexOf(axis)] ?? 1;
}
