import { type Answered, answersAlone } from './alone';
import { breathe } from './breath';
import { checkSession } from './checks';
import type { Session } from './session';

/** A batch that was evaluated. */
export interface Evaluated extends Answered {
  readonly bytes: number;
  /** Hands on what was seen. */
  use(): void | Promise<void>;
}

/**
 * Cuts `total` rows into batches and evaluates rows `start` … `end` of each.
 *
 * The first batch is one row, from which the bytes of a row are learnt; the others take as many rows as `memory` has
 * room for, and no more than the backend gains from. So the plan depends on shapes and `memory` alone.
 *
 * The first row that is evaluated among others is, once a call, also evaluated `alone`, without gradients: a model whose
 * rows depend on each other is found by that, and gets one row at a time.
 */
export async function inBatches(
  session: Session,
  total: number,
  evaluate: (start: number, end: number, purpose?: 'alone') => Promise<Evaluated>,
): Promise<void> {
  const { model, backend, batchSize, memory, signal, onProgress, rowwise } = session;
  let rows = model.rows ?? (batchSize === 'auto' ? 1 : batchSize);
  for (let start = 0; start < total; ) {
    if (signal || onProgress) await breathe();
    signal?.throwIfAborted();
    checkSession(session);
    if (rowwise.mixed && model.rows === undefined) rows = 1;
    const end = Math.min(total, start + rows);
    const batch = await evaluate(start, end);
    try {
      // A model with a fixed number of rows cannot be asked about one of them.
      if (end - start > 1 && !rowwise.checked && model.rows === undefined) {
        rowwise.checked = true;
        rowwise.mixed = !(await answersAlone(session, batch, () => evaluate(start, start + 1, 'alone')));
        if (rowwise.mixed) continue;
      }
      await batch.use();
    } finally {
      batch.dispose();
    }
    if (start === 0 && batchSize === 'auto' && model.rows === undefined) {
      rows = Math.max(1, Math.min(backend.rows ?? 8, Math.floor(memory / Math.max(1, batch.bytes))));
    }
    start = end;
  }
}
