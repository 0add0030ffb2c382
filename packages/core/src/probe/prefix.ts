import { clone, concat, dispose as disposeAll, keep, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Cut } from '../model/model';
import { type RowMap, rowMap, rowsOf, takeRows } from '../rows';
import { outputsIn, sitesOf } from '../score';
import { siteKey } from '../site';
import type { Tensors } from '../tape/node';
import { record } from '../tape/record';
import { bytesIn } from '../tape/run-kernel';
import { exclusively } from '../tape/turns';
import { checkSession } from './checks';
import { whereKey } from './recording';
import type { CutState, Session } from './session';
import type { Work } from './work';

/** Where the rows of a batch go on from. */
export interface Resumed {
  readonly cut: Cut;
  /** What passes the site by, of each row. Borrowed. */
  readonly crossing: Tensors;
}

/** What lies before the site where points are put. */
export interface Prefix {
  readonly state: CutState;
  /** What these rows go on from; `undefined` if they must run whole. The caller disposes the tensors in it. */
  at(rows: RowMap): Promise<Resumed | undefined>;
  /** Most bytes held so far to compute it. */
  readonly bytes: number;
  /** Bytes that are kept of it. */
  readonly kept: number;
  dispose(): void;
}

/**
 * All points of an example share what lies before the site where they are put: it is that example's own, whatever the point.
 * So the model is cut there. What passes the site by is computed once for each example, when the first of its points comes
 * up, kept until its last, and given to every row; the rows themselves run only what lies behind.
 *
 * Nothing is gained where there is one point, and nothing is known where someone looks elsewhere than at the site; there, and
 * where the model cannot be cut, rows run whole. That both ways answer alike is checked once a call for each cut (see `inBatches`).
 *
 * @param told what is known of the cut, if not by the session
 * @returns `undefined` if the rows must run whole
 */
export function prefixOf(
  session: Session,
  { inputs, examples, origin, put, points, rules, against, asks }: Work,
  told?: CutState,
): Prefix | undefined {
  const scores = asks.flatMap(({ score }) => score ?? []);
  const places = asks.flatMap(({ read, grad }) => [...read, ...grad]);
  const wanted = outputsIn([...new Set(scores)]);
  if (
    (session.model.rows ?? 1) > 1 ||
    put === 'inputs' ||
    points.count === 1 ||
    rules?.places ||
    against ||
    session.inspect ||
    places.some((where) => whereKey(where) !== siteKey(put)) ||
    scores.some((score) => sitesOf(score).length > 0)
  )
    return undefined;
  const key = `${siteKey(put)}\n${wanted}`;
  const state = told ?? session.cuts.get(key) ?? {};
  session.cuts.set(key, state);
  const cut = state.sound === false ? undefined : session.model.cut?.(put, wanted);
  if (!cut) return undefined;

  let kept: Tensor[] = [];
  let [from, to, most] = [0, 0, 0];
  const advance = async (start: number, end: number): Promise<boolean> => {
    if (start < from) to = start; // nothing of it is kept any more
    const first = Math.max(start, to);
    if (first >= end) return true;
    const made = await run(first, end);
    if (!made) return false;
    const before = kept;
    kept = tidy(() =>
      made.map((tensor, i) => {
        const old = first > start && before[i];
        return keep(old ? concat([rowsOf(old, start - from, to - start), tensor], 0) : clone(tensor));
      }),
    );
    most = Math.max(most, bytesIn([...before, ...made, ...kept]));
    disposeAll([...before, ...made]);
    [from, to] = [start, end];
    return true;
  };
  /** Runs what lies before the site for examples `start` … `end`. */
  const run = (start: number, end: number): Promise<Tensor[] | undefined> =>
    exclusively(async () => {
      session.signal?.throwIfAborted();
      checkSession(session);
      const rows = rowMap(start, end, 1);
      const known = origin ? rowMap(start, end, 1, origin) : rows;
      const { container } = session;
      const { tape, outputs } = await record(() => {
        const given = inputs.map((tensor) => rows.take(tensor));
        const context = container.context.map((tensor) => known.take(tensor));
        return cut.before(container.arrange(given, context)).map((tensor) => clone(tensor));
      });
      most = Math.max(most, tape.gauge.most);
      tape.dispose();
      session.cost.forward += end - start;
      if (outputs.every(({ shape }) => shape[0] === end - start)) return outputs;
      state.sound = false;
      disposeAll(outputs);
      return undefined;
    }, session.calledIn);

  return {
    state,
    async at(rows) {
      if (state.sound === false) return undefined;
      if (!cut.crosses) return { cut, crossing: [] };
      const [start, end] = [rows.example[0] ?? 0, Math.min(examples, (rows.example.at(-1) ?? 0) + 1)];
      if (!(await advance(start, end))) return undefined;
      const own = rows.example.map((example) => example - from);
      const crossing = tidy(() => kept.map((tensor) => takeRows(tensor, own)));
      return { cut, crossing };
    },
    get bytes() {
      return most;
    },
    get kept() {
      return bytesIn(kept);
    },
    dispose: () => disposeAll(kept),
  };
}
