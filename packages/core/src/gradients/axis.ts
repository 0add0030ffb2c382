import {
  cast,
  equal,
  expandDims,
  matMul,
  oneHot,
  pad,
  reshape,
  scalar,
  slice,
  type Tensor,
  type Tensor1D,
  tensor2d,
  util,
} from '@tensorflow/tfjs-core';

/** `axis` counted from 0. */
export function axisOf(axis: number, shape: readonly number[]): number {
  return axis < 0 ? axis + shape.length : axis;
}

/** `t` as [before, axis, behind], which keeps the rank low: kernels differ in how many axes they take. */
export function around(t: Tensor, axis: number): { before: number; size: number; behind: number } {
  return {
    before: util.sizeFromShape(t.shape.slice(0, axis)),
    size: t.shape[axis] ?? 1,
    behind: util.sizeFromShape(t.shape.slice(axis + 1)),
  };
}

const resized = (shape: readonly number[], axis: number, size: number): number[] =>
  shape.map((n, i) => (i === axis ? size : n));

/** `length` entries of `t` along `axis` from `begin`. */
export function sliceAxis(t: Tensor, axis: number, begin: number, length: number): Tensor {
  if (begin === 0 && length === t.shape[axis]) return t;
  return slice(
    t,
    t.shape.map((_, i) => (i === axis ? begin : 0)),
    resized(t.shape, axis, length),
  );
}

/** Puts zeros, or `value`, around `t`; a negative width cuts off instead. */
export function padOrCrop(t: Tensor, widths: readonly (readonly [number, number])[], value = 0): Tensor {
  const cut = widths.map(([low, high]) => [Math.max(0, -low), Math.max(0, -high)] as const);
  const cropped = cut.every(([low, high]) => low + high === 0)
    ? t
    : slice(
        t,
        cut.map(([low]) => low),
        t.shape.map((size, i) => size - (cut[i]?.[0] ?? 0) - (cut[i]?.[1] ?? 0)),
      );
  if (widths.every(([low, high]) => low <= 0 && high <= 0)) return cropped;
  return pad(
    cropped,
    widths.map(([low, high]): [number, number] => [Math.max(0, low), Math.max(0, high)]),
    value,
  );
}

/** Puts `stride` − 1 zeros behind each entry of `t` along `axis`: the adjoint of taking every `stride`-th. */
export function insertZeros(t: Tensor, axis: number, stride: number): Tensor {
  if (stride === 1) return t;
  const { before, size, behind } = around(t, axis);
  const spaced = pad(reshape(t, [before * size, 1, behind]), [
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  return reshape(spaced, resized(t.shape, axis, size * stride));
}

/** [..., depth] with 1 at each index and 0 elsewhere. TF.js's `oneHot` refuses a depth of 1, and gives no floats on wasm. */
export function oneOf(indices: Tensor, depth: number): Tensor {
  const places = depth === 1 ? equal(expandDims(indices, -1), scalar(0, 'int32')) : oneHot(indices as Tensor1D, depth); // any rank, whatever TF.js's type says
  return cast(places, 'float32');
}

/** A linear map along one axis: row `o` of `weights` says how output `o` is made of the inputs. */
export interface AxisMap {
  readonly outputs: number;
  readonly inputs: number;
  /** Calls `add` with the weight that input `i` has in output `o`; several for one pair add up. */
  weights(add: (o: number, i: number, weight: number) => void): void;
}

/** The adjoint of a map along `axis`: from a signal at its outputs to one at its inputs. */
export function adjointAlong(dy: Tensor, axis: number, { outputs, inputs, weights }: AxisMap): Tensor {
  const transposed = new Float32Array(inputs * outputs);
  weights((o, i, weight) => {
    const at = i * outputs + o;
    transposed[at] = (transposed[at] ?? 0) + weight;
  });
  const { before, behind } = around(dy, axis);
  const mapped = matMul(tensor2d(transposed, [inputs, outputs]), reshape(dy, [before, outputs, behind]));
  return reshape(mapped, resized(dy.shape, axis, inputs));
}
