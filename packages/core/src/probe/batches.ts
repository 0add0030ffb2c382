import { type Answered, answersAlone, noteMixing } from './alone';
import { breathe } from './breath';
import { checkSession } from './checks';
import type { CutState, Session } from './session';

/** A batch that was evaluated. */
export interface Evaluated extends Answered {
  /** Most bytes held for these rows. */
  readonly bytes: number;
  /** Bytes held beside, however many rows there are. @defaultValue 0 */
  readonly held?: number;
  /** Of the cut that its rows went on from, if they did. */
  readonly cut?: CutState | undefined;
  /** Hands on what was seen. */
  use(): void | Promise<void>;
}

/** Batches of a plan that are evaluated elsewhere. */
interface Helped<B extends Evaluated> {
  /** One of them; `undefined` if it must be evaluated here. */
  take(start: number, end: number): Promise<B | undefined>;
  end(): void;
}

export interface BatchesOptions<B extends Evaluated> {
  /** What is known of the cut that rows go on from, where there is one. */
  readonly cut?: CutState | undefined;
  /**
   * Whether rows of several examples go on from it: the last row is then compared ahead of all others, without gradients,
   * so that those find in the model what another example left there.
   */
  readonly ahead?: boolean;
  /**
   * Has batches of `rows` rows, from row `from` on, evaluated elsewhere.
   * @param told a batch that was evaluated here, rows `start` … `end`
   */
  send?(from: number, rows: number, told: B, start: number, end: number): Promise<Helped<B> | undefined>;
}

/**
 * Cuts `total` rows into batches and evaluates rows `start` … `end` of each.
 *
 * The first batch is one row, from which the bytes of a row are learnt; the others take as many rows as `memory` has
 * room for, and no more than the backend gains from. So the plan depends on shapes and `memory` alone.
 *
 * The last row of the first batch of several is, once a call, also evaluated `alone`, without gradients: a model whose rows
 * depend on each other is found by that, and gets one row at a time. The same is done with the first batch, and the first
 * of several rows, that goes on from a cut of the model: alone, the row runs from the inputs on. If it does not answer the
 * same, no rows go on from that cut any more. Where the answers do not tell, the next batch is asked.
 *
 * What is left to find out is found out here. All other batches can be evaluated elsewhere, at once, while this thread does that.
 */
export async function inBatches<B extends Evaluated>(
  session: Session,
  total: number,
  evaluate: (start: number, end: number, purpose?: 'alone' | 'ahead') => Promise<B>,
  { cut, ahead = false, send }: BatchesOptions<B> = {},
): Promise<void> {
  const { model, backend, batchSize, memory, signal, onProgress, rowwise } = session;
  const compare = (batch: Evaluated, end: number) =>
    answersAlone(session, batch, () => evaluate(end - 1, end, 'alone'));
  if (ahead && cut && !cut.known && cut.sound !== false) {
    const last = await evaluate(total - 1, total, 'ahead');
    try {
      if (last.cut && (await compare(last, total)) === false) cut.sound = false;
    } finally {
      last.dispose();
    }
  }
  let rows = model.rows ?? (batchSize === 'auto' ? 1 : batchSize);
  let helped: Helped<B> | undefined;
  const recall = () => {
    helped?.end();
    helped = undefined;
  };
  /** Whether a batch of so many rows leaves nothing to find out. */
  const settled = (count: number) =>
    (count === 1 || model.rows !== undefined || rowwise.checked) &&
    (!cut || cut.sound === false || Boolean(count > 1 ? cut.sound : cut.known));
  try {
    for (let start = 0; start < total; ) {
      if (signal || onProgress) await breathe();
      signal?.throwIfAborted();
      checkSession(session);
      if (rowwise.mixed && model.rows === undefined) rows = 1;
      const end = Math.min(total, start + rows);
      const away = settled(end - start) ? await helped?.take(start, end) : undefined;
      const batch = away ?? (await evaluate(start, end));
      try {
        const several = end - start > 1;
        const cut = batch.cut && !(several ? batch.cut.sound : batch.cut.known) ? batch.cut : undefined;
        // A model with a fixed number of rows cannot be asked about one of them.
        const unknown = !away && several && model.rows === undefined && !rowwise.checked;
        if (cut || unknown) {
          const same = await compare(batch, end);
          // Those elsewhere took it that it does.
          if (same === false) recall();
          if (cut && same === false) {
            cut.sound = false;
            continue;
          }
          if (cut && same) {
            cut.known = true;
            if (several) cut.sound = true;
          }
          if (several && same !== undefined) {
            rowwise.checked = true;
            rowwise.mixed = !same;
          }
          if (same === false) {
            noteMixing(session);
            continue;
          }
        }
        if (start === 0 && batchSize === 'auto' && model.rows === undefined) {
          const room = memory - (batch.held ?? 0);
          rows = Math.max(1, Math.min(backend.rows ?? 8, Math.floor(room / Math.max(1, batch.bytes))));
          if (rowwise.mixed) rows = 1;
        }
        if (!away && !helped) {
          const from = settled(Math.min(rows, total - end)) ? end : end + rows;
          if (from < total) helped = await send?.(from, rows, batch, start, end);
        }
        await batch.use();
      } finally {
        batch.dispose();
      }
      start = end;
    }
  } finally {
    recall();
  }
}
