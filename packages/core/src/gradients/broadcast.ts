import { add, broadcast_util, reshape, sum, type Tensor, util, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { eachPart } from './complex';

/** The adjoint of broadcasting: sums `dy` over the axes along which a tensor of `shape` was repeated. */
export function reduceTo(dy: Tensor, shape: readonly number[]): Tensor {
  if (util.arraysEqual(dy.shape, [...shape])) return dy;
  if (dy.size === 0) return zeros([...shape]);
  const axes = broadcast_util.getReductionAxes([...shape], dy.shape);
  return eachPart(dy, (part) => reshape(axes.length > 0 ? sum(part, axes) : part, [...shape]));
}

/** The adjoint of a sum over `axis`: repeats `dy` along the axes of `x` that were summed. */
export function unreduce(dy: Tensor, x: Tensor, axis: number | number[]): Tensor {
  return add(zerosLike(x), keepingAxes(dy, x, axis));
}

/** A reduction of `x` over `axis` in the shape that `keepDims` gives. */
function keepingAxes(reduced: Tensor, x: Tensor, axis: number | number[]): Tensor {
  const axes = util.parseAxisParam(axis, x.shape);
  return reshape(
    reduced,
    x.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
  );
}
