import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { flawAmong } from '../finite';
import { rowMap } from '../rows';
import type { ResolvedSite } from '../site';
import type { Tensors } from '../tape/node';
import { inBatches } from './batches';
import { type Batch, collect, type Rows } from './folds';
import { notFinite } from './inspect';
import { type PassOptions, pass } from './pass';
import { asIs, needsReference, pointsAt } from './points';
import type { Probe, ProbeParts, Query } from './probe';
import { advance, inspecting, type Session } from './session';

/** What a query needs to know of where it is asked. */
export type Surroundings = Pick<Probe, 'x' | 'reference' | 'site'>;

/** Evaluates a query batch by batch, in order. */
export async function eachBatch(
  parts: ProbeParts,
  probe: Surroundings,
  query: Query,
  step: (batch: Batch) => void,
): Promise<void> {
  const { session, inputs, origin, examples } = parts;
  const { points, put = 'inputs', grad = [], read = [], rules, against } = query;
  const score = query.score ?? parts.score;
  if (put !== 'inputs' && put !== probe.site)
    throw new Error('points can be put at the inputs or at the site of the call');
  const x = put === 'inputs' ? inputs : await probe.x();
  const baselines = () => (put === 'inputs' && probe.site !== 'inputs' ? (parts.baseline ?? []) : probe.reference());
  const reference = needsReference(points) ? await baselines() : x;
  session.progress.total += examples * points.count;

  await inBatches(session, examples * points.count, async (start, end, purpose) => {
    const rows = rowMap(start, end, points.count);
    const scoreRows = origin ? rowMap(start, end, points.count, origin) : rows;
    const given: Tensor[] = [];
    const own = (tensors: Tensors) => {
      given.push(...tensors);
      return tensors;
    };
    const take = (tensors: Tensors) => own(tidy(() => tensors.map((tensor) => rows.take(tensor))));
    try {
      const values = own(pointsAt(points, rows, x, reference));
      const options: PassOptions = {
        inputs: put === 'inputs' ? values : take(inputs),
        ...(put !== 'inputs' && { put: { site: put, values } }),
        ...(score && { score }),
        rows: scoreRows,
        ...(purpose === 'alone'
          ? { read: [], grad: [] }
          : {
              read,
              grad,
              ...(rules && { rules }),
              ...(against && { against: take(parts.baseline ?? []) }),
            }),
      };
      const seen = await pass(session, options);
      return {
        rows: end - start,
        outputs: seen.outputs.tensors,
        ...(seen.score && { score: seen.score }),
        bytes: seen.bytes,
        async use() {
          const scores = await finiteScores(session, options, seen.score);
          const compared = { ...options, inputs: options.against ?? [] };
          const referenceScores = await finiteScores(session, compared, seen.referenceScore);
          step({ ...rows, scores, referenceScores, value: seen.value, grad: seen.grad });
          advance(session, end - start);
        },
        dispose() {
          seen.dispose();
          dispose(given);
        },
      };
    } catch (error) {
      dispose(given);
      throw error;
    }
  });
}

/** The scores of a pass. If they are not finite, another pass looks for the reason. */
async function finiteScores(session: Session, options: PassOptions, score: Tensor | undefined): Promise<Float32Array> {
  if (!score) return new Float32Array(0);
  const values = Float32Array.from(await score.data());
  const flaw = flawAmong(values);
  if (!flaw) return values;
  const again = await pass(inspecting(session), { ...options, grad: [] });
  again.dispose();
  throw notFinite(
    `${flaw.value} as the score of example ${options.rows.example[flaw.index]}, and not when asked again`,
  );
}

/** Shows every batch of a query to a fold, and gives its result. */
export async function foldRows<R>(parts: ProbeParts, probe: Surroundings, query: Query, fold: Rows<R>): Promise<R> {
  try {
    await eachBatch(parts, probe, query, (batch) => tidy(() => fold.step(batch)));
    return fold.result();
  } finally {
    fold.dispose?.();
  }
}

/** The tensors at a site, one row per example. The caller owns them. */
export function activations(parts: ProbeParts, site: ResolvedSite, from: Tensors): Promise<Tensor[]> {
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
