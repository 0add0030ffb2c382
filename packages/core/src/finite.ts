import type { Tensor } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import type { Tensors } from './tape/node';

/** A number that is none. */
export interface Flaw {
  readonly value: number;
  /** Flat index. */
  readonly index: number;
}

/** The first NaN among these numbers, or else the first infinity. */
export function flawAmong(numbers: ArrayLike<number>): Flaw | undefined {
  let infinite: Flaw | undefined;
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index] ?? 0;
    if (Number.isFinite(value)) continue;
    if (Number.isNaN(value)) return { value, index };
    infinite ??= { value, index };
  }
  return infinite;
}

/** The same, in a tensor. Integers and booleans have none. */
export async function flawOf(tensor: Tensor): Promise<Flaw | undefined> {
  return tensor.dtype === 'float32' ? flawAmong(await tensor.data()) : undefined;
}

/** The same, in the first of several tensors that has one. */
export async function firstFlaw(tensors: Tensors): Promise<(Flaw & { readonly tensor: Tensor }) | undefined> {
  for (const tensor of tensors) {
    const flaw = await flawOf(tensor);
    if (flaw) return { ...flaw, tensor };
  }
  return undefined;
}

/** The error for when nothing more is known. */
export function notFinite(got: string): AttributionError {
  return new AttributionError('not-finite', {
    got,
    expected: 'finite numbers',
    fix: 'Check the inputs and baseline for NaN and for values far outside what the model was trained on.',
  });
}
