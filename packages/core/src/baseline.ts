import { add, cast, concat, fill, reshape, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { blur } from './blur';
import { AttributionError } from './errors';
import { isTensor } from './inputs';
import { checkBroadcasts, perTensor } from './per-tensor';
import type { Random } from './random';
import type { Tensors } from './tape/node';

/** A baseline made from the inputs or drawn. */
export type BaselineValue =
  | { readonly kind: 'distribution'; readonly rows: Tensor }
  | { readonly kind: 'blurred'; readonly sigma: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number };

type OneBaseline = number | Tensor | BaselineValue;

/**
 * What an input is compared with: a number · a tensor of the input's shape, of one row, or broadcastable · `blurred` ·
 * `uniform` · one of these for each input, as an array or a record · a function of the inputs · for methods that compare
 * with many, `distribution`. @defaultValue 0
 */
export type Baseline = GivenBaseline | ((inputs: Tensors) => Tensor | Tensors);

type GivenBaseline = OneBaseline | readonly OneBaseline[] | Readonly<Record<string, OneBaseline>>;

/**
 * The input itself, blurred by a Gaussian over the dims between examples and channels: what is left when details are gone.
 * @param sigma standard deviation in elements, such as pixels
 * @throws AttributionError `baseline` unless it is positive
 * @see Fong & Vedaldi 2017, Interpretable Explanations of Black Boxes by Meaningful Perturbation, §4
 */
export function blurred({ sigma }: { readonly sigma: number }): BaselineValue {
  if (sigma > 0 && Number.isFinite(sigma)) return { kind: 'blurred', sigma };
  throw problem(
    `blurred({ sigma: ${sigma} })`,
    'a positive sigma, in elements',
    'For the input itself, use its tensor.',
  );
}

/**
 * Independent draws from [low, high) for every element of every example, fixed by the seed of the call.
 * @throws AttributionError `baseline` unless low < high
 * @see Sturmfels et al. 2020, Visualizing the Impact of Feature Attribution Baselines
 */
export function uniform(low: number, high: number): BaselineValue {
  if (low < high && Number.isFinite(high - low)) return { kind: 'uniform', low, high };
  throw problem(`uniform(${low}, ${high})`, 'two finite numbers, the lower one first', 'Swap them.');
}

/**
 * Rows to compare with, any number of them: for gradientShap and deepLiftShap, which need it.
 * @param rows shape [rows, …one example]. Borrowed.
 */
export function distribution(rows: Tensor): BaselineValue {
  if (isTensor(rows) && rows.rank > 0 && (rows.isDisposed || rows.size > 0)) return { kind: 'distribution', rows };
  throw problem(
    `distribution() of ${isTensor(rows) ? `shape [${rows.shape}]` : typeof rows}`,
    'a tensor with a baseline in each row',
    'Stack the baselines along dim 0.',
  );
}

/**
 * The rows of the distribution for each of `like`, in its dtype. The caller disposes them.
 * @throws AttributionError `baseline`
 */
export function resolveDistribution(baseline: Baseline | undefined, like: Tensors, names?: readonly string[]): Tensors {
  const fix = 'Use distribution(rows), one for each input; any tensor of examples will do.';
  if (baseline === undefined) throw problem('none', 'a distribution', fix);
  if (typeof baseline === 'function') throw problem('a function', 'a distribution', fix);
  const each = spread(baseline, like, names);
  return tidy(() =>
    like.map((tensor, i) => {
      const own = each[i];
      const name = names?.[i] ?? String(i);
      if (typeof own !== 'object' || !('kind' in own) || own.kind !== 'distribution') {
        throw problem(`${typeof own === 'number' ? own : 'one tensor'} for input "${name}"`, 'a distribution', fix);
      }
      if (own.rows.isDisposed) {
        throw problem('a disposed tensor', 'a live tensor', 'Keep it until the attribution is done.');
      }
      const [, ...shape] = own.rows.shape;
      if (String(shape) !== String(tensor.shape.slice(1))) {
        throw problem(
          `a distribution of shape [${own.rows.shape}] for input "${name}"`,
          `[rows, ${tensor.shape.slice(1).join(', ')}]`,
          'Give whole rows, each shaped like one example.',
        );
      }
      return cast(own.rows, tensor.dtype);
    }),
  );
}

/**
 * A baseline tensor for each of `like`, in its shape and dtype. The caller disposes them.
 * @throws AttributionError `baseline`
 */
export function resolveBaseline(
  baseline: Baseline,
  like: Tensors,
  { names, random }: { readonly names?: readonly string[] | undefined; readonly random: Random },
): Tensors {
  return tidy(() => {
    const each = spread(typeof baseline === 'function' ? made(baseline(like)) : baseline, like, names);
    return like.map((tensor, i) => expand(each[i] ?? 0, tensor, { name: names?.[i] ?? String(i), random, index: i }));
  });
}

/** What a function gave. */
function made(value: Tensor | Tensors): Tensor | Tensors {
  if (isTensor(value) || (Array.isArray(value) && value.every(isTensor))) return value;
  throw problem(`${value === null ? 'null' : typeof value} from the function`, 'a tensor for each input', 'Return it.');
}

const isValue = (baseline: object): baseline is BaselineValue =>
  'kind' in baseline && typeof baseline.kind === 'string';

function spread(baseline: GivenBaseline, like: Tensors, names: readonly string[] | undefined): readonly OneBaseline[] {
  if (typeof baseline === 'number' || (!isTensor(baseline) && isValue(baseline))) return like.map(() => baseline);
  return perTensor<OneBaseline>(
    baseline,
    like.length,
    names,
    { noun: 'baseline', isOne: isTensor, absent: 0 },
    problem,
  );
}

/** The last sample that a key can name: methods count their own from 0. */
const sample = 2 ** 32 - 1;

function expand(
  baseline: OneBaseline,
  like: Tensor,
  { name, random, index }: { name: string; random: Random; index: number },
): Tensor {
  if (typeof baseline === 'number') {
    if (!Number.isFinite(baseline)) throw problem(String(baseline), 'a finite number', 'Use 0, or a tensor.');
    return fill(like.shape, baseline, like.dtype === 'bool' ? 'bool' : like.dtype === 'int32' ? 'int32' : 'float32');
  }
  if ('kind' in baseline && baseline.kind === 'blurred') {
    if (like.rank > 2) return cast(blur(cast(like, 'float32'), baseline.sigma), like.dtype);
    throw problem(
      `blurred() for input "${name}" of shape [${like.shape}]`,
      'dims between the examples and the channels',
      'Use another baseline for it.',
    );
  }
  if ('kind' in baseline && baseline.kind === 'uniform') {
    const [examples = 0] = like.shape;
    const drawn = Array.from({ length: examples }, (_, example) =>
      tensor(random.uniform({ example, sample, tensor: index }, like.size / examples, baseline.low, baseline.high)),
    );
    return cast(reshape(concat(drawn, 0), like.shape), like.dtype);
  }
  if ('kind' in baseline && baseline.kind === 'distribution') {
    throw problem(
      `distribution() for input "${name}"`,
      'one baseline for each example',
      'Use a method that compares with many, gradientShap() or deepLiftShap(), or the mean of its rows.',
    );
  }
  if (!isTensor(baseline)) {
    throw problem(
      JSON.stringify(baseline) ?? typeof baseline,
      'a number, a tensor, blurred() or uniform()',
      'Use one.',
    );
  }
  checkBroadcasts(baseline, like, name, problem);
  return cast(add(cast(baseline, like.dtype), zeros(like.shape, like.dtype)), like.dtype);
}

function problem(got: string, expected: string, fix: string): AttributionError {
  return new AttributionError('baseline', { got: `${got} as baseline`, expected, fix });
}
