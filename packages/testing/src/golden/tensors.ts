import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Container, Nested, TensorData } from './case';

/** The numbers of a tensor, read from its file or its nested arrays. */
export async function readNumbers(data: TensorData, folder: string): Promise<Float32Array | Int32Array> {
  const numbers = data.dtype === 'int32' ? Int32Array : Float32Array;
  const size = data.shape.reduce((product, n) => product * n, 1);
  let values: Float32Array | Int32Array;
  if (data.file !== undefined) {
    const bytes = await readFile(join(folder, data.file));
    values = new numbers(Uint8Array.from(bytes).buffer); // copied, as a Buffer need not begin at a multiple of 4 bytes
  } else {
    values = numbers.from(flatten(data.value ?? []));
  }
  if (values.length === size) return values;
  throw new Error(`${data.file ?? 'a value'} has ${values.length} numbers; shape [${data.shape}] needs ${size}`);
}

/** The caller disposes the tensor. */
export async function readTensor(data: TensorData, folder: string): Promise<Tensor> {
  return tensor(await readNumbers(data, folder), [...data.shape], data.dtype ?? 'float32');
}

const flatten = (value: Nested): number[] => (typeof value === 'number' ? [value] : value.flatMap(flatten));

/** Entries of a list (by position) or a record (by name). */
export function entries<T>(container: Container<T>): [string, T][] {
  return Object.entries(container);
}
