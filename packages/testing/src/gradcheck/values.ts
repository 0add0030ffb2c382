import { seededRandom } from '@vitrum/core';

/** A tensor as data, so that the same case runs on any backend. */
export interface Values {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool' | 'complex64';
  /** One number an element; of a complex one, its real part and then its imaginary part. */
  readonly data: Float32Array | Int32Array | Uint8Array;
}

const random = seededRandom(1);
let draws = 0;

/** The next `size` numbers of [low, high). */
export const draw = (size: number, low: number, high: number): Float32Array =>
  random.uniform({ example: 0, sample: draws++, tensor: 0 }, size, low, high);

/** What `make` draws depends on `seed` alone, and what is drawn afterwards does not depend on it. */
export function seededBy<T>(seed: number, make: () => T): T {
  const before = draws;
  draws = (seed + 1) * 2 ** 12;
  try {
    return make();
  } finally {
    draws = before;
  }
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Random values of [low, high). */
export function within(low: number, high: number, ...shape: number[]): Values {
  return { shape, dtype: 'float32', data: draw(sizeOf(shape), low, high) };
}

/** Random values of [−1.5, 1.5). */
export const smooth = (...shape: number[]): Values => within(-1.5, 1.5, ...shape);

/** Positive values, away from 0. */
export const positive = (...shape: number[]): Values => within(0.3, 2, ...shape);

/** Values of both signs at least 0.1 apart from each other and 0.05 from 0, in random order: no kink is near. */
export function distinct(...shape: number[]): Values {
  const size = sizeOf(shape);
  const keys = draw(size, 0, 1);
  const order = [...keys.keys()].sort((i, j) => (keys[i] ?? 0) - (keys[j] ?? 0));
  return {
    shape,
    dtype: 'float32',
    data: Float32Array.from(order, (rank) => (rank - Math.floor(size / 2) + 0.5) / 10),
  };
}

/** Random complex values with both parts of [−1.5, 1.5). */
export const complexes = (...shape: number[]): Values => ({
  shape,
  dtype: 'complex64',
  data: draw(2 * sizeOf(shape), -1.5, 1.5),
});

export const floats = (shape: number[], data: number[]): Values => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(data),
});

export const integers = (shape: number[], data: number[]): Values => ({
  shape,
  dtype: 'int32',
  data: Int32Array.from(data),
});

/** Random whole numbers of [0, limit). */
export const below = (limit: number, ...shape: number[]): Values =>
  integers(shape, [...draw(sizeOf(shape), 0, limit)].map(Math.floor));

export const booleans = (shape: number[], data: number[]): Values => ({
  shape,
  dtype: 'bool',
  data: Uint8Array.from(data),
});
