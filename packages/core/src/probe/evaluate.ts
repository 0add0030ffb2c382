import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { flawAmong, notFinite } from '../finite';
import { rowMap, rowsOf } from '../rows';
import type { ResolvedSite } from '../site';
import type { Tensors } from '../tape/node';
import { bytesIn } from '../tape/run-kernel';
import { inBatches } from './batches';
import { checkSession } from './checks';
import { type Batch, collect, type Rows } from './folds';
import { type Answer, type Ask, type PassOptions, pass } from './pass';
import { asIs, needsReference, pointsAt } from './points';
import { prefixOf, type Resumed } from './prefix';
import type { Query } from './probe';
import { advance, inspecting, type Session } from './session';
import type { Sight, SightParts } from './sight';

/** What a query needs to know of where it is asked. */
export type Surroundings = Pick<Sight, 'x' | 'reference' | 'site'>;

/** A query, by whom it is asked, and who sees the batches. */
export interface Request {
  readonly parts: SightParts;
  readonly query: Query;
  /** The tensors where points are put, and what stands for missing ones there. */
  readonly x: Tensors;
  readonly reference: Tensors;
  step(batch: Batch): void;
}

/** Evaluates a query batch by batch, in order; together with those of others, if it is asked together with others. */
export async function eachBatch(
  parts: SightParts,
  sight: Surroundings,
  query: Query,
  step: Request['step'],
): Promise<void> {
  const { points, put = 'inputs' } = query;
  if (put !== 'inputs' && put !== sight.site)
    throw new Error('points can be put at the inputs or at the site of the call');
  const x = put === 'inputs' ? parts.inputs : await sight.x();
  const baselines = () => (put === 'inputs' && sight.site !== 'inputs' ? (parts.baseline ?? []) : sight.reference());
  const reference = needsReference(points) ? await baselines() : x;
  const request = { parts, query, x, reference, step };
  return parts.together ? parts.together.join(request) : evaluateAll([request]);
}

/** Evaluates queries that differ only in what they want to see: score, activations and gradients of the same rows. */
export async function evaluateAll(requests: readonly [Request, ...Request[]]): Promise<void> {
  const [{ parts, query, x, reference }] = requests;
  const { session, inputs, origin, examples } = parts;
  const { points, put = 'inputs', rules, against } = query;
  const asks = requests.map(
    ({ parts, query: { score = parts.score, read = [], grad = [] } }): Ask => ({
      ...(score && { score }),
      read,
      grad,
      notes: parts.notes,
    }),
  );
  session.progress.total += examples * points.count;

  const prefix = prefixOf(parts, query, asks);
  /** What the call holds beside: baselines, what is seen at the site, sums of gradients. */
  const held = (answers: readonly Answer[]) => {
    const given = requests.flatMap(({ parts, x, reference }) => [
      ...[parts.baseline, parts.distribution, parts.siteBaseline].flatMap((tensors) => tensors ?? []),
      ...x,
      ...reference,
      ...(origin ? parts.inputs : []),
    ]);
    const summed = requests.flatMap(({ query: { grad = [] } }, i) =>
      grad.flatMap((where) => answers[i]?.grad(where) ?? []),
    );
    const own = new Set(session.container.tensors);
    return bytesIn(given.filter((tensor) => !own.has(tensor))) + (examples + 1) * bytesIn(summed);
  };
  const evaluate: Parameters<typeof inBatches>[2] = async (start, end, purpose) => {
    // A model that takes a fixed number of rows gets the last one again, and again.
    const least = session.model.rows;
    const rows = rowMap(start, end, points.count, undefined, least);
    const scoreRows = origin ? rowMap(start, end, points.count, origin, least) : rows;
    const shown = rowMap(start, end, points.count);
    const given: Tensor[] = [];
    const own = (tensors: Tensors) => {
      given.push(...tensors);
      return tensors;
    };
    const take = (tensors: Tensors) => own(tidy(() => tensors.map((tensor) => rows.take(tensor))));
    const trim = (tensors: Tensors) =>
      rows.example.length === end - start ? tensors : own(tensors.map((tensor) => rowsOf(tensor, 0, end - start)));
    const alone = purpose === 'alone';
    let resumed: Resumed | undefined;
    try {
      resumed = alone ? undefined : await prefix?.at(rows);
      own(resumed?.crossing ?? []);
      const entering = bytesIn(given);
      const { values, bytes } = pointsAt(points, rows, x, reference);
      own(values);
      /** From the inputs on, or from what lies before the site. */
      const optionsFrom = (resumed?: Resumed): PassOptions => ({
        inputs: put === 'inputs' ? values : resumed ? [] : take(inputs),
        ...(put !== 'inputs' && { put: { site: put, values } }),
        ...(resumed && { resumed }),
        rows: scoreRows,
        ...(purpose
          ? { asks: scoresOnly(asks) }
          : { asks, ...(rules && { rules }), ...(against && { against: take(parts.baseline ?? []) }) }),
      });
      const options = optionsFrom(resumed);
      const seen = await pass(session, options);
      const [first] = seen.answers;
      return {
        rows: end - start,
        outputs: seen.outputs.tensors,
        ...(first?.score && { score: first.score }),
        bytes: (prefix?.kept ?? 0) + Math.max(prefix?.bytes ?? 0, entering + bytes, bytesIn(given) + seen.bytes),
        held: purpose ? 0 : held(seen.answers),
        cut: resumed && prefix?.state,
        async use() {
          const whole = () => (resumed ? optionsFrom() : options);
          const scores = await finiteScores(
            session,
            whole,
            seen.answers.map(({ score }) => score),
          );
          const others = await finiteScores(
            session,
            () => ({ ...options, inputs: options.against ?? [] }),
            seen.answers.map(({ referenceScore }) => referenceScore),
          );
          for (const [i, { step }] of requests.entries()) {
            const { value, grad } = seen.answers[i] as Answer; // one to each
            step({
              ...shown,
              scores: (scores[i] ?? none).subarray(0, end - start),
              referenceScores: (others[i] ?? none).subarray(0, end - start),
              value: (where) => trim(value(where)),
              grad: (where) => trim(grad(where)),
            });
          }
          advance(session, end - start);
        },
        dispose() {
          seen.dispose();
          dispose(given);
        },
      };
    } catch (error) {
      dispose(given);
      session.signal?.throwIfAborted();
      if (alone || !prefix || prefix.state.sound === false) throw error;
      checkSession(session, error);
      // Perhaps one half of the model needs more than it is given: if it is so, a whole pass succeeds.
      prefix.state.sound = false;
      return evaluate(start, end, purpose);
    }
  };
  try {
    await inBatches(session, examples * points.count, evaluate, examples > 1 ? prefix?.state : undefined);
  } finally {
    prefix?.dispose();
  }
}

const none = new Float32Array(0);

const scoresOnly = (asks: readonly Ask[]): Ask[] =>
  asks.map(({ score, notes }) => ({ ...(score && { score }), read: [], grad: [], notes }));

/** The scores that a pass answers. If they are not finite, another pass looks for the reason. */
async function finiteScores(
  session: Session,
  optionsOf: () => PassOptions,
  answered: readonly (Tensor | undefined)[],
): Promise<Float32Array[]> {
  const scores = await Promise.all(
    answered.map(async (score) => (score ? Float32Array.from(await score.data()) : none)),
  );
  for (const values of scores) {
    const flaw = flawAmong(values);
    if (!flaw) continue;
    const options = optionsOf();
    const again = await pass(inspecting(session), { ...options, asks: scoresOnly(options.asks) });
    again.dispose();
    throw notFinite(
      `${flaw.value} as the score of example ${options.rows.example[flaw.index]}, and not when asked again`,
    );
  }
  return scores;
}

/** Shows every batch of a query to a fold, and gives its result. */
export async function foldRows<R>(parts: SightParts, sight: Surroundings, query: Query, fold: Rows<R>): Promise<R> {
  try {
    await eachBatch(parts, sight, query, (batch) => tidy(() => fold.step(batch)));
    return fold.result();
  } finally {
    fold.dispose?.();
  }
}

/** The tensors at a site, one row per example. The caller owns them. */
export function activations(parts: SightParts, site: ResolvedSite, from: Tensors): Promise<Tensor[]> {
  // Without a score: only what the site shows is wanted.
  const { score: _, ...scoreless } = parts;
  const surroundings = { x: async () => from, reference: async () => from, site };
  const query = { points: asIs(), read: [site] };
  return foldRows(
    { ...scoreless, inputs: from },
    surroundings,
    query,
    collect((batch) => batch.value(site)),
  );
}
