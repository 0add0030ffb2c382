import { add, mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { quadrature, type Rule } from '@vitrum/core';
import { compare } from './comparison';

/**
 * A product of any number of factors, each with the mean over all orders in which they can change (the Shapley value). For
 * what is linear in every entry, that is the mean gradient on the straight line between (Owen 1972): of n factors a polynomial
 * of degree n − 1, which ⌈n/2⌉ points of Gauss and Legendre integrate exactly.
 *
 * So the time grows with n², ⌈n/2⌉ gradients of n factors each, one after another without a pause in between.
 */
export const inAllOrders =
  (factors: number): Rule =>
  (node, _, plain) => {
    const { x, x0 } = compare(node);
    const { points, weights } = quadrature('gauss-legendre', Math.max(1, Math.ceil(factors / 2)));
    const moved = sub(x, x0);
    const sum = [...points].reduce<Tensor | undefined>((sum, t, i) => {
      const next = tidy(() => {
        const [gradient] = plain({ inputs: [add(x0, mul(moved, t))] });
        const part = mul(gradient as Tensor, weights[i] ?? 0); // of its one input
        return sum ? add(sum, part) : part;
      });
      sum?.dispose();
      return next;
    }, undefined);
    return [sum];
  };
