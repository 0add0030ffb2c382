import {
  add,
  type CumprodAttrs,
  type CumprodInputs,
  cumprod,
  mul,
  type ProdAttrs,
  type ProdInputs,
  reshape,
  reverse,
  type Tensor,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { around, axisOf, padOrCrop } from './axis';
import { inRows } from './reduction';
import { type GradientTable, rule } from './rule';

/** Products along axes, whole and running. */
export const productGradients: GradientTable = {
  // The product of the others, without dividing: right also where a factor is 0.
  Prod: rule<ProdInputs, ProdAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () =>
      inRows(x, attrs.axis, (rows) =>
        mul(reshape(dy, [-1, 1]), mul(cumprod(rows, 1, true, false), cumprod(rows, 1, true, true))),
      ),
  })),
  Cumprod: rule<CumprodInputs, CumprodAttrs>(({ inputs: { x }, attrs: { axis, exclusive, reverse: back }, dy }) => ({
    x: () => {
      const { before, size, behind } = around(x, axisOf(axis, x.shape));
      const turned = (t: Tensor) => (back ? reverse(t, 1) : t);
      const lines = (t: Tensor) => turned(reshape(t, [before, size, behind]));
      return reshape(turned(toFactors(lines(x), lines(dy), exclusive)), x.shape);
    },
  })),
};

/**
 * The signal at the factors of running products along axis 1, without dividing: right also where a factor is 0.
 *
 * ∂S/∂xᵢ = (Π before i) · Σ_{j ≥ i} dyⱼ · Π_{i < k ≤ j} xₖ. Reaches of the sum are doubled: a few steps, however long the axis.
 */
function toFactors(x: Tensor, dy: Tensor, exclusive: boolean): Tensor {
  const [, length = 1] = x.shape;
  const ahead = (t: Tensor, by: number) =>
    by < length
      ? padOrCrop(t, [
          [0, 0],
          [-by, by],
          [0, 0],
        ])
      : zerosLike(t);
  let sums = exclusive ? ahead(dy, 1) : dy;
  let products = ahead(x, 1);
  for (let reach = 1; reach < length; reach *= 2) {
    sums = add(sums, mul(products, ahead(sums, reach)));
    products = mul(products, ahead(products, reach));
  }
  return mul(cumprod(x, 1, true, false), sums);
}
