import type { Tensor } from '@tensorflow/tfjs-core';
import { compare, largest, type Numbers } from './compare';

export interface Tolerance {
  /** @defaultValue 1e-6 */
  readonly absolute?: number;
  /** Of the largest expected number. @defaultValue 1e-5 */
  readonly relative?: number;
}

/** A tensor, its shape and values, or numbers in a row. */
export type Comparable = Tensor | Numbers | ArrayLike<number>;

/** Rejects unless shapes are equal and |got − expected| ≤ absolute + relative·max|expected| everywhere. */
export async function closeTo(got: Comparable, expected: Comparable, tolerance: Tolerance = {}): Promise<void> {
  const { absolute = 1e-6, relative = 1e-5 } = tolerance;
  const [have, want] = [await numbersOf(got), await numbersOf(expected)];
  const bound = absolute + relative * largest([want]);
  const { problems } = compare([have], [want], ['the tensor'], () => bound);
  if (problems.length > 0) throw new Error(`${problems.join('; ')} (allowed: ${bound.toExponential(1)})`);
}

async function numbersOf(value: Comparable): Promise<Numbers> {
  if ('dataId' in value) return { shape: value.shape, values: await value.data() };
  return 'values' in value && 'shape' in value ? value : { shape: [value.length], values: value };
}
