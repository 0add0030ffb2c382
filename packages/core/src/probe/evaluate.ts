import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { rowMap } from '../rows';
import type { ResolvedSite } from '../site';
import type { Tensors } from '../tape/node';
import { bytesIn } from '../tape/run-kernel';
import { type Evaluated, inBatches } from './batches';
import { type Batch, collect, type Rows } from './folds';
import { asIs, needsReference } from './points';
import type { Query } from './probe';
import { advance } from './session';
import type { Sight, SightParts } from './sight';
import { type EvaluatedRows, evaluatorOf, type Work, type WorkAsk } from './work';

/** What a query needs to know of where it is asked. */
export type Surroundings = Pick<Sight, 'x' | 'reference' | 'site'>;

/** A query, by whom it is asked, and who sees the batches. */
export interface Request {
  readonly parts: SightParts;
  readonly query: Query;
  /** The tensors where points are put, and what stands for missing ones there. */
  readonly x: Tensors;
  readonly reference: Tensors;
  /** If given, gradients come as sums over the points of each example, with these weights: see `partialSums`. */
  readonly weights?: Float64Array | undefined;
  step(batch: Batch): void;
}

/** Evaluates a query batch by batch, in order; together with those of others, if it is asked together with others. */
export async function eachBatch(
  parts: SightParts,
  sight: Surroundings,
  query: Query,
  step: Request['step'],
  weights?: Float64Array,
): Promise<void> {
  const { points, put = 'inputs' } = query;
  if (put !== 'inputs' && put !== sight.site)
    throw new Error('points can be put at the inputs or at the site of the call');
  const x = put === 'inputs' ? parts.inputs : await sight.x();
  const baselines = () => (put === 'inputs' && sight.site !== 'inputs' ? (parts.baseline ?? []) : sight.reference());
  const reference = needsReference(points) ? await baselines() : x;
  const request = { parts, query, x, reference, weights, step };
  return parts.together ? parts.together.join(request) : evaluateAll([request]);
}

/** Evaluates queries that differ only in what they want to see: score, activations and gradients of the same rows. */
export async function evaluateAll(requests: readonly [Request, ...Request[]]): Promise<void> {
  const [{ parts }] = requests;
  const { session, examples } = parts;
  const work = workOf(requests);
  const { points } = work;
  const total = examples * points.count;
  session.progress.total += total;

  const given = requests.flatMap(({ parts, x, reference }) => [
    ...[parts.baseline, parts.distribution, parts.siteBaseline].flatMap((tensors) => tensors ?? []),
    ...x,
    ...reference,
    ...(parts.origin ? parts.inputs : []),
  ]);
  const callers = new Set(session.container.tensors);
  /** What the call holds beside, with sums of gradients of which a row takes so many bytes. */
  const held = (graded: number) => bytesIn(given.filter((tensor) => !callers.has(tensor))) + (examples + 1) * graded;

  const evaluator = evaluatorOf(session, work);
  const evaluated = (rows: EvaluatedRows, start: number, end: number): EvaluatedRows & Evaluated => ({
    ...rows,
    held: held(rows.graded),
    async use() {
      const shown = rowMap(start, end, points.count);
      for (const [i, answer] of (await rows.answers()).entries()) requests[i]?.step({ ...shown, ...answer });
      advance(session, end - start);
    },
  });
  const { elsewhere } = session.model;
  // Loaded when there is an elsewhere.
  const away = elsewhere && !session.inspect ? await import('./away') : undefined;
  try {
    await inBatches(
      session,
      total,
      async (start, end, purpose) => evaluated(await evaluator.rows(start, end, { purpose }), start, end),
      {
        cut: evaluator.cut,
        ahead: examples > 1,
        async send(from, count, rows, start, end) {
          if (!elsewhere || !away || session.away.off) return undefined;
          const options = { from, rows: count, total, told: { rows, start, end }, cut: evaluator.cut };
          const sent = await away.sendAway(session, work, elsewhere, options);
          return {
            async take(start, end) {
              const rows = await sent.take(start, end);
              return rows && evaluated(rows, start, end);
            },
            end: sent.end,
          };
        },
      },
    );
  } finally {
    evaluator.dispose();
  }
}

/** What all the requests ask together. */
function workOf(requests: readonly [Request, ...Request[]]): Work {
  const [{ parts, query, x, reference }] = requests;
  const { points, put = 'inputs', rules, against } = query;
  const { inputs, examples, origin } = parts;
  const asks = requests.map(
    ({ parts, query: { score = parts.score, read = [], grad = [] }, weights }): WorkAsk => ({
      ...(score && { score }),
      read,
      grad,
      ...(weights && { weights }),
      notes: parts.notes,
    }),
  );
  return {
    inputs,
    examples,
    ...(origin && { origin }),
    points,
    put,
    x,
    reference,
    ...(rules && { rules }),
    ...(against && { against: parts.baseline ?? [] }),
    asks,
  };
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
