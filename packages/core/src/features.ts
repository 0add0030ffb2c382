import { add, cast, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import { isTensor } from './inputs';
import { checkBroadcasts, perTensor } from './per-tensor';
import type { Tensors } from './tape/node';

/**
 * Which elements move together: whole numbers, equal ones for one feature. Its shape is that of the tensor it is for, one
 * row of it, or broadcasts to it. One number in the masks of several tensors is one feature across them; numbers may have gaps.
 */
export type FeatureMask = Tensor;

/** A mask, or one for each tensor, as an array or a record like the inputs. */
export type Features = FeatureMask | readonly FeatureMask[] | Readonly<Record<string, FeatureMask>>;

/** Features settled: which one every element belongs to. */
export interface FeatureGroups {
  /** For each tensor at the site, the feature (0 … count − 1) of every element: of one row, or of all rows if `perExample`. */
  readonly of: readonly Int32Array[];
  readonly count: number;
  /** Whether each example has features of its own, or all the same. */
  readonly perExample: boolean;
}

/** Every element a feature of its own, counted on from tensor to tensor. */
export function everyElement(like: Tensors): FeatureGroups {
  let count = 0;
  const of = like.map(({ size, shape }) => Int32Array.from({ length: size / (shape[0] ?? 1) }, () => count++));
  return { of, count, perExample: false };
}

/**
 * Settles masks for the tensors `like` and renumbers the features without gaps, in the order of their numbers.
 * @throws AttributionError `features`
 */
export async function resolveFeatures(
  features: Features | undefined,
  like: Tensors,
  names?: readonly string[],
): Promise<FeatureGroups> {
  if (features === undefined) return everyElement(like);
  const masks = perTensor(features, like.length, names, { noun: 'mask', isOne: isTensor }, problem);
  const numbers = await Promise.all(masks.map((mask, i) => read(mask, like[i] as Tensor, names?.[i] ?? String(i))));
  const known = [...new Set(numbers.flatMap((of) => [...new Set(of)]))].sort((a, b) => a - b);
  const position = new Map(known.map((number, i) => [number, i]));
  const sizes = like.map(({ size, shape }) => size / (shape[0] ?? 1));
  const perExample = numbers.some((of, t) => of.length !== sizes[t]);
  const of = numbers.map((of, t) => {
    const features = of.map((number) => position.get(number) ?? 0);
    return perExample && of.length === sizes[t] ? repeated(features, like[t]?.shape[0] ?? 1) : features;
  });
  return { of, count: known.length, perExample };
}

/** The feature of every element of tensor `t` in row `example`. */
export function featuresOfRow({ of, perExample }: FeatureGroups, t: number, example: number, size: number): Int32Array {
  const all = of[t] ?? new Int32Array(0);
  return perExample ? all.subarray(example * size, (example + 1) * size) : all;
}

const repeated = (features: Int32Array, times: number): Int32Array =>
  Int32Array.from({ length: features.length * times }, (_, i) => features[i % features.length] ?? 0);

/** The groups of derived examples, each with those of the example it comes from. */
export function groupsOf(groups: FeatureGroups, examples: number, origin: Int32Array): FeatureGroups {
  if (!groups.perExample) return groups;
  const of = groups.of.map((all) => {
    const size = all.length / examples;
    return Int32Array.from([...origin].flatMap((row) => [...all.subarray(row * size, (row + 1) * size)]));
  });
  return { ...groups, of };
}

/**
 * Gives every element the value of its feature: tensors like those at the site.
 * @param values example × feature. The caller owns the result.
 */
export function spreadOver(groups: FeatureGroups, like: Tensors, values: ArrayLike<number>): Tensor[] {
  return like.map(({ shape, size: whole }, t) => {
    const [examples = 1] = shape;
    const size = whole / examples;
    const spreadValues = new Float32Array(whole);
    for (let e = 0; e < examples; e++) {
      const of = featuresOfRow(groups, t, e, size);
      for (let i = 0; i < size; i++) spreadValues[e * size + i] = values[e * groups.count + (of[i] ?? 0)] ?? 0;
    }
    return tensor(spreadValues, shape, 'float32');
  });
}

/** The numbers of a mask for the rows it has: one, or as many as there are examples. */
async function read(mask: FeatureMask, like: Tensor, name: string): Promise<Int32Array> {
  checkBroadcasts(mask, like, name, problem);
  const rows = mask.rank === like.rank ? (mask.shape[0] ?? 1) : 1;
  const shape = [rows, ...like.shape.slice(1)];
  // Float32 has no room for large numbers.
  const full = tidy(() =>
    mask.dtype === 'int32' ? add(mask, zeros(shape, 'int32')) : add(cast(mask, 'float32'), zeros(shape)),
  );
  try {
    const numbers = await full.data();
    const wrong = numbers.find((number) => !Number.isInteger(number));
    if (wrong !== undefined) throw problem(`${wrong} in a mask`, 'whole numbers', 'Use dtype int32.');
    return Int32Array.from(numbers);
  } finally {
    full.dispose();
  }
}

function problem(got: string, expected: string, fix: string): AttributionError {
  return new AttributionError('features', { got: `${got} as features`, expected, fix });
}
