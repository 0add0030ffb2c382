import {
  type _FusedMatMulAttrs,
  type _FusedMatMulInputs,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  matMul,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { throughFused } from './activation';
import { reduceTo } from './broadcast';
import { type GradientTable, type Pullback, rule } from './rule';

/** The pullbacks of op(a)·op(b), batches broadcast, for the signal `dy` at the product. */
function matMulPullbacks(
  { a, b }: { readonly a: Tensor; readonly b: Tensor },
  { transposeA, transposeB }: BatchMatMulAttrs,
  dy: Tensor,
): { a: Pullback; b: Pullback } {
  return {
    a: () => reduceTo(transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB), a.shape),
    b: () => reduceTo(transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false), b.shape),
  };
}

export const matMulGradients: GradientTable = {
  BatchMatMul: rule<BatchMatMulInputs, BatchMatMulAttrs>(({ inputs, attrs, dy }) => matMulPullbacks(inputs, attrs, dy)),
  _FusedMatMul: rule<_FusedMatMulInputs, _FusedMatMulAttrs>((operation) => {
    const { inputs, attrs } = operation;
    // Unfused, since wasm adds the bias of a transposed product to the wrong entries.
    const product = () => matMul(inputs.a, inputs.b, attrs.transposeA, attrs.transposeB);
    const { dz, pullbacks } = throughFused(operation, product);
    return { ...matMulPullbacks(inputs, attrs, dz), ...pullbacks };
  }),
};
