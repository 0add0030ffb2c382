import { type Tensor, tensor } from '@tensorflow/tfjs-core';

/** Numbers of [−1, 1) that depend on the seed alone (mulberry32), by other code than the library's own generator. */
export function seededNumbers(seed: number, size: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}

/** A tensor of such numbers. The caller disposes it; a test frees it by itself. */
export const seeded = (seed: number, shape: readonly number[]): Tensor =>
  tensor(
    seededNumbers(
      seed,
      shape.reduce((product, n) => product * n, 1),
    ),
    [...shape],
  );
