import type { Session } from './session';

/**
 * Cuts `total` rows into batches. `run` evaluates rows `start` … `end` and says how many bytes that took.
 *
 * The first batch is one row, from which the bytes of a row are learnt; the others take as many rows as `memory` has
 * room for, and no more than the backend gains from. So the plan depends on shapes and `memory` alone.
 */
export async function inBatches(
  session: Session,
  total: number,
  run: (start: number, end: number) => Promise<{ bytes: number }>,
): Promise<void> {
  const { model, backend, batchSize, memory, signal } = session;
  let rows = model.rows ?? (batchSize === 'auto' ? 1 : batchSize);
  for (let start = 0; start < total; ) {
    signal?.throwIfAborted();
    const end = Math.min(total, start + rows);
    const { bytes } = await run(start, end);
    if (start === 0 && batchSize === 'auto' && model.rows === undefined) {
      rows = Math.max(1, Math.min(backend.rows ?? 8, Math.floor(memory / Math.max(1, bytes))));
    }
    start = end;
  }
}
