import { matMul, reshape, type Tensor, tensor3d, tidy } from '@tensorflow/tfjs-core';

/**
 * A Gaussian blur over the dims between the first (examples) and the last (channels): along each, element i becomes
 * Σⱼ wᵢⱼ xⱼ with wᵢⱼ ∝ exp(−(i − j)² / 2σ²) for |i − j| ≤ 4σ. The weights of each i sum to 1, so a constant stays what it is.
 *
 * @param sigma standard deviation, in elements. The caller owns the result.
 */
export function blur(x: Tensor, sigma: number): Tensor {
  return tidy(() => {
    let blurred = x;
    for (let axis = 1; axis < x.rank - 1; axis++) blurred = along(blurred, axis, weights(x.shape[axis] ?? 1, sigma));
    return blurred === x ? reshape(x, x.shape) : blurred;
  });
}

function along(x: Tensor, axis: number, weights: Tensor): Tensor {
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const lines = reshape(x, [size(x.shape.slice(0, axis)), x.shape[axis] ?? 1, size(x.shape.slice(axis + 1))]);
  return reshape(matMul(weights, lines), x.shape);
}

/** Shape [1, n, n]: what each element (row) takes of every other. */
function weights(n: number, sigma: number): Tensor {
  const rows = Array.from({ length: n }, (_, i) => {
    const raw = Array.from({ length: n }, (_, j) => (Math.abs(i - j) <= 4 * sigma ? gauss((i - j) / sigma) : 0));
    const sum = raw.reduce((total, w) => total + w, 0);
    return raw.map((w) => w / sum);
  });
  return tensor3d([rows], [1, n, n]);
}

const gauss = (z: number): number => Math.exp((-z * z) / 2);
