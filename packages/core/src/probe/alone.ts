import { abs, backend, max, maximum, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
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
 * Whether the last row of a batch answers as it does when it is evaluated `alone`. Notes it if the model does not even
 * answer alike when it is asked the same twice, which says nothing about its rows.
 */
export async function answersAlone(
  session: Session,
  together: Answered,
  alone: () => Promise<Answered>,
): Promise<boolean> {
  const single = await alone();
  try {
    if (await alike(together, single)) return true;
    const again = await alone();
    try {
      if (!(await alike(again, single))) {
        noteUnsteady(session);
        return true;
      }
    } finally {
      again.dispose();
    }
  } finally {
    single.dispose();
  }
  return false;
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

/** Whether two answers to the same question are further apart than rounding takes them. */
export function differ(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const large = Array.from(a).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Array.from(a).some((value, i) => Math.abs(value - (b[i] ?? 0)) > rounding() * large);
}

/** How far two ways to the same numbers may be apart, as a share of the largest. */
const rounding = (): number => (backend().floatPrecision() === 32 ? 1e-4 : 2e-2);

/** Whether the last row answered the same, up to rounding. NaN passes: it is reported as what it is. */
async function alike(a: Answered, b: Answered): Promise<boolean> {
  if (a.outputs.some((output, i) => isPerRow(output, a) && String(sizes(output)) !== String(sizes(b.outputs[i]))))
    return false;
  const compared = tidy(() => {
    const pairs = a.outputs.flatMap((output, i) => {
      const other = b.outputs[i];
      return other && isPerRow(output, a) && isPerRow(other, b) ? [[lastRow(output), lastRow(other)] as const] : [];
    });
    const apart = pairs.map(([x, y]) => ({ far: max(abs(sub(x, y))), large: max(abs(y)) }));
    if (a.score && b.score) {
      const [x, y] = [lastRow(a.score), lastRow(b.score)];
      // Of a score that is a difference between outputs little may be left but their rounding.
      const large = apart.reduce((most, { large }) => maximum(most, large), max(abs(y)));
      apart.push({ far: max(abs(sub(x, y))), large });
    }
    return apart;
  });
  const tensors = compared.flatMap(({ far, large }) => [far, large]);
  const numbers = await Promise.all(tensors.map(async (tensor) => (await tensor.data())[0] ?? 0));
  for (const tensor of tensors) tensor.dispose();
  return compared.every((_, i) => !((numbers[2 * i] ?? 0) > rounding() * (numbers[2 * i + 1] ?? 0)));
}

const isPerRow = ({ dtype, shape, size }: Tensor, { rows }: Answered): boolean =>
  dtype === 'float32' && shape[0] === rows && size > 0;

const sizes = (tensor: Tensor | undefined): number[] => tensor?.shape.slice(1) ?? [];

const lastRow = (tensor: Tensor): Tensor => rowsOf(tensor, (tensor.shape[0] ?? 1) - 1, 1);
