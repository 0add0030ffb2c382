import { add, cast, fill, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import { isTensor } from './inputs';
import type { Tensors } from './tape/node';

type OneBaseline = number | Tensor;

/**
 * What an input is compared with: a number · a tensor of the input's shape, of one row, or broadcastable · one of these
 * for each input, as an array or a record. @defaultValue 0
 */
export type Baseline = OneBaseline | readonly OneBaseline[] | Readonly<Record<string, OneBaseline>>;

/**
 * A baseline tensor for each of `like`, in its shape and dtype. The caller disposes them.
 * @throws AttributionError `baseline`
 */
export function resolveBaseline(baseline: Baseline, like: Tensors, names?: readonly string[]): Tensors {
  const each = spread(baseline, like, names);
  return tidy(() => like.map((tensor, i) => expand(each[i] ?? 0, tensor, names?.[i] ?? String(i))));
}

function spread(baseline: Baseline, like: Tensors, names: readonly string[] | undefined): readonly OneBaseline[] {
  if (typeof baseline === 'number') return like.map(() => baseline);
  if (isTensor(baseline)) {
    if (like.length === 1) return [baseline];
    throw problem(
      'one tensor',
      `one for each of the ${like.length} inputs`,
      'Give an array or record like the inputs.',
    );
  }
  if (Array.isArray(baseline)) {
    if (baseline.length === like.length) return baseline;
    throw problem(
      `${baseline.length} baselines`,
      `${like.length}, one for each input`,
      'Use 0 for an input that needs none.',
    );
  }
  // Not a number, tensor or array: what is left of the type.
  const record = baseline as Readonly<Record<string, OneBaseline>>;
  const unknown = Object.keys(record).find((name) => !names?.includes(name));
  if (!names || unknown !== undefined) {
    throw problem(
      `a baseline named "${unknown ?? Object.keys(record)[0]}"`,
      names ? `names among ${names.join(', ')}` : 'no names, as the inputs have none',
      'Give the baseline in a container like that of the inputs.',
    );
  }
  return names.map((name) => record[name] ?? 0);
}

function expand(baseline: OneBaseline, like: Tensor, name: string): Tensor {
  if (typeof baseline === 'number') {
    if (!Number.isFinite(baseline)) throw problem(String(baseline), 'a finite number', 'Use 0, or a tensor.');
    return fill(like.shape, baseline, like.dtype === 'bool' ? 'bool' : like.dtype === 'int32' ? 'int32' : 'float32');
  }
  if (baseline.isDisposed)
    throw problem('a disposed tensor', 'a live tensor', 'Keep it until the attribution is done.');
  const offset = like.rank - baseline.rank;
  const broadcastable = offset >= 0 && baseline.shape.every((size, d) => size === 1 || size === like.shape[d + offset]);
  if (!broadcastable) {
    throw problem(
      `shape [${baseline.shape}] for input "${name}"`,
      `[${like.shape}], one row of it, or a shape that broadcasts to it`,
      'Reshape the baseline.',
    );
  }
  return cast(add(cast(baseline, like.dtype), zeros(like.shape, like.dtype)), like.dtype);
}

function problem(got: string, expected: string, fix: string): AttributionError {
  return new AttributionError('baseline', { got: `${got} as baseline`, expected, fix });
}
