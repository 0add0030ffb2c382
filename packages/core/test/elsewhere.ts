import { helperFor } from '../src/elsewhere';
import { type Assignment, type Elsewhere, type Model, type ModelLike, prepare } from '../src/index';

interface Accident {
  /** Rows that fail elsewhere. */
  readonly fails?: (start: number) => boolean;
  /** Why a work cannot be done there. */
  readonly refuses?: string;
  /** Waits before rows are evaluated. */
  readonly before?: (start: number) => Promise<unknown> | undefined;
}

export interface Helped {
  readonly model: Model;
  /** Those evaluated elsewhere. */
  readonly batches: [start: number, end: number][];
  /** Resolves when nothing is evaluated there any more. */
  idle(): Promise<unknown>;
}

/** `model` with copies of it elsewhere: in the same thread, where what happens to them can be said. */
export async function helped(
  model: ModelLike,
  copy: ModelLike = model,
  { count = 2, fails, refuses, before }: Accident & { readonly count?: number } = {},
): Promise<Helped> {
  const other = await prepare(copy);
  const batches: [number, number][] = [];
  let queue: Promise<unknown> = Promise.resolve();
  const elsewhere: Elsewhere = {
    count,
    async begin(work, surroundings): Promise<Assignment | string> {
      if (refuses) return refuses;
      // Asks of their own: notes come back with the rows.
      const asks = work.asks.map((ask) => ({ ...ask, notes: new Set<string>() }));
      const helper = helperFor(other, { ...work, asks }, surroundings);
      let ended = false;
      const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
        const result = queue.then(() => {
          if (ended) throw new Error('nobody waits for it');
          return run();
        });
        queue = result.catch(() => undefined);
        return result;
      };
      return {
        rowsOfEach: (start, end, made) => inTurn(async () => [await helper.rows(start, end, made)]),
        rows: (start, end, made) =>
          inTurn(async () => {
            await before?.(start);
            if (fails?.(start)) throw new Error('the thread ended');
            batches.push([start, end]);
            return helper.rows(start, end, made);
          }),
        end() {
          if (!ended) helper.dispose();
          ended = true;
        },
      };
    },
  };
  return {
    model: Object.create(await prepare(model), { elsewhere: { value: elsewhere } }),
    batches,
    idle: () => queue,
  };
}
