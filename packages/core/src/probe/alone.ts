import { backend, type Tensor } from '@tensorflow/tfjs-core';
import { rowsOf } from '../rows';
import type { Tensors } from '../tape/node';
import type { Session } from './session';

/** Rows that were evaluated together. */
export interface Answered {
  readonly rows: number;
  /** What the model answered. */
  readonly outputs: Tensors;
  /** Shape [rows]; absent without a score. */
  readonly score?: Tensor;
  dispose(): void;
}

/**
 * Whether the last row of a batch answers as it does when it is evaluated `alone`; `undefined` if the answers do not tell.
 * Notes it if the model does not even answer alike when it is asked the same twice, which says nothing about its rows.
 */
export async function answersAlone(
  session: Session,
  together: Answered,
  alone: () => Promise<Answered>,
): Promise<boolean | undefined> {
  const single = await alone();
  try {
    const same = await alike(together, single);
    if (same !== false) return same;
    const again = await alone();
    try {
      if ((await alike(again, single)) !== false) return false;
      noteUnsteady(session);
      return true;
    } finally {
      again.dispose();
    }
  } finally {
    single.dispose();
  }
}

/** Notes that the rows of the model depend on each other. */
export function noteMixing({ notes }: Pick<Session, 'notes'>): void {
  notes.add(
    'The model answers otherwise for a row among others than for the row alone: every row was evaluated by itself.',
  );
}

/** Notes that the model gave two answers to the same question. */
export function noteUnsteady({ notes }: Session): void {
  notes.add('The model answers differently when it is asked the same twice: the values are those of one answer each.');
}

/** Whether two answers to the same question are further apart than rounding takes them, or only one of them is NaN. */
export function differ(a: Float32Array, b: ArrayLike<number>, large: number = largest(a)): boolean {
  const most = rounding() * large;
  return a.some((value, i) => {
    const other = b[i] ?? 0;
    return Number.isNaN(value) !== Number.isNaN(other) || Math.abs(value - other) > most;
  });
}

/** How far two ways to the same numbers may be apart, as a share of the largest. */
const rounding = (): number => (backend().floatPrecision() === 32 ? 1e-4 : 2e-2);

/** The largest magnitude among those that are finite. */
const largest = (numbers: Float32Array): number =>
  numbers.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);

/** Whether the last row answered the same, up to rounding; `undefined` where nothing but 0 and what is not finite tells. */
async function alike(a: Answered, b: Answered): Promise<boolean | undefined> {
  if (a.outputs.some((output, i) => isPerRow(output, a) && String(sizes(output)) !== String(sizes(b.outputs[i]))))
    return false;
  const pairs = a.outputs.flatMap((output, i) => {
    const other = b.outputs[i];
    return other && isPerRow(output, a) && isPerRow(other, b) ? [[output, other] as const] : [];
  });
  const outputs = pairs.length;
  if (a.score && b.score) pairs.push([a.score, b.score]);
  const numbers = await Promise.all(pairs.map(([x, y]) => Promise.all([lastRow(x), lastRow(y)])));
  const large = numbers.map(([, y]) => largest(y));
  // Of a score that is a difference between outputs little may be left but their rounding.
  const most = Math.max(0, ...large);
  if (numbers.some(([x, y], i) => differ(x, y, i < outputs ? large[i] : most))) return false;
  return most > 0 || undefined;
}

const isPerRow = ({ dtype, shape, size }: Tensor, { rows }: Answered): boolean =>
  dtype === 'float32' && shape[0] === rows && size > 0;

const sizes = (tensor: Tensor | undefined): number[] => tensor?.shape.slice(1) ?? [];

async function lastRow(tensor: Tensor): Promise<Float32Array> {
  const row = rowsOf(tensor, (tensor.shape[0] ?? 1) - 1, 1);
  try {
    return await row.data<'float32'>();
  } finally {
    row.dispose();
  }
}
