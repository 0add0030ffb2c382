import type { Tensor } from '@tensorflow/tfjs-core';
import type { AttributionError } from './errors';
import { isTensor } from './inputs';

/** Makes the error of the argument that is wrong. */
type Problem = (got: string, expected: string, fix: string) => AttributionError;

interface Argument<T> {
  /** What one of them is called. */
  readonly noun: string;
  /** Whether this is one of them, and not a container. */
  isOne(given: unknown): given is T;
  /** Stands for what a record leaves out. @defaultValue none, so that it may leave nothing out */
  readonly absent?: T;
}

/** What is given for each of `count` tensors: one where there is one tensor, an array or, by `names`, a record. */
export function perTensor<T>(
  given: T | readonly T[] | Readonly<Record<string, T>>,
  count: number,
  names: readonly string[] | undefined,
  { noun, isOne, absent }: Argument<T>,
  problem: Problem,
): readonly T[] {
  if (isOne(given)) {
    if (count === 1) return [given];
    throw problem(`one ${noun}`, `one for each of the ${count} tensors`, 'Give an array or record like the inputs.');
  }
  if (Array.isArray(given)) {
    if (given.length === count) return given;
    throw problem(`${given.length} ${noun}s`, `${count}, one for each tensor`, 'Give one for each, in order.');
  }
  // Neither one of them nor an array: what is left of the type.
  const record = given as Readonly<Record<string, T>>;
  const keys = Object.keys(record);
  const isKnown = keys.every((key) => names?.includes(key));
  if (names && isKnown && (absent !== undefined || keys.length === names.length)) {
    return names.map((name) => record[name] ?? (absent as T)); // without `absent` it has each
  }
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  throw problem(
    `${noun}s named ${quoted(keys) || 'nothing'}`,
    names
      ? `${absent === undefined ? 'one for each of' : 'names among'} ${quoted(names)}`
      : 'no names, as the tensors have none',
    'Give a container like that of the inputs.',
  );
}

/** Holds a tensor to being alive and to broadcasting to the shape of `like`. */
export function checkBroadcasts(tensor: Tensor, like: Tensor, name: string, problem: Problem): void {
  if (!isTensor(tensor)) throw problem(typeof tensor, 'a tensor', 'Make it a tensor first.');
  if (tensor.isDisposed) throw problem('a disposed tensor', 'a live tensor', 'Keep it until the attribution is done.');
  const offset = like.rank - tensor.rank;
  if (offset >= 0 && tensor.shape.every((size, d) => size === 1 || size === like.shape[d + offset])) return;
  throw problem(
    `shape [${tensor.shape}] for "${name}"`,
    `[${like.shape}], one row of it, or a shape that broadcasts to it`,
    'Reshape it.',
  );
}
