import {
  type BatchMatMulAttrs,
  matMul,
  reshape,
  type Tensor,
  type Tensor2D,
  transpose,
  util,
} from '@tensorflow/tfjs-core';
import type { GradientTools, Pullback, TapeNode } from '@vitrum/core';

/**
 * The pullbacks of a·b, each transposed or not, for the signal `dz` there; none for a product of many matrices by many.
 *
 * XNNPACK takes one matrix by one matrix, neither transposed; anything else is a plain loop, ten times slower. So rows of
 * a batch are laid in one matrix, and matrices are transposed beforehand, those of weights once for all.
 */
export function matMulGradient(
  node: TapeNode,
  { transposeA, transposeB }: BatchMatMulAttrs,
  dz: () => Tensor,
  { weights }: GradientTools,
): { a?: Pullback; b?: Pullback } {
  const [a, b] = node.inputs;
  if (!a || !b || batches(b) > 1 || (batches(a) > 1 && (transposeA || node.dependsOnPut(1)))) return {};
  const signal = () => asMatrix(dz());
  const operand = (i: 0 | 1, transposed: boolean): Tensor2D => {
    const t = i === 0 ? a : b;
    const [height, width] = t.shape.slice(-2);
    if (!transposed) return asMatrix(t);
    const flip = (matrix: Tensor) => transpose(inShape(matrix, [height ?? 1, width ?? 1]));
    // Of rank 2, which the cache does not know.
    return (node.dependsOnPut(i) ? flip(t) : weights.of(t, 'transposed', flip)) as Tensor2D;
  };
  return {
    a: () => {
      const product = transposeA
        ? matMul(operand(1, transposeB), transpose(signal()))
        : matMul(signal(), operand(1, !transposeB));
      return inShape(product, a.shape);
    },
    b: () => {
      const product = transposeB
        ? matMul(transpose(signal()), operand(0, transposeA))
        : matMul(operand(0, !transposeA), signal());
      return inShape(product, b.shape);
    },
  };
}

/** The rows of all batches below each other. */
const asMatrix = (t: Tensor): Tensor2D => (t.rank === 2 ? (t as Tensor2D) : reshape(t, [-1, t.shape.at(-1) ?? 1])); // of rank 2, as asked

const inShape = (t: Tensor, shape: number[]): Tensor => (util.arraysEqual(t.shape, shape) ? t : reshape(t, shape));

const batches = (t: Tensor): number => util.sizeFromShape(t.shape.slice(0, -2));
