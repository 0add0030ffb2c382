import type { FeatureGroups } from '../features';
import type { Random } from '../random';
import type { RowMap } from '../rows';
import type { Score } from '../score';
import type { ResolvedSite, Site, Where } from '../site';
import type { Tensors } from '../tape/node';
import type { RuleSet } from '../tape/rules';
import type { Target } from '../target';
import { differ, noteUnsteady } from './alone';
import { eachBatch, foldRows } from './evaluate';
import { expand } from './expand';
import { accumulator, type Batch, type Rows, type Sum } from './folds';
import { asIs, needsReference, type Points } from './points';
import type { Session } from './session';
import { type Sight, sightAt } from './sight';
import type { Together } from './together';

/** What to evaluate: at which points, replacing what, and what to look at. */
export interface Query {
  readonly points: Points;
  /** Where the points replace values; everything else is the example's own run. @defaultValue 'inputs' */
  readonly put?: Where;
  /** @defaultValue the score of the call's target */
  readonly score?: Score;
  /** Activations wanted. */
  readonly read?: readonly Where[];
  /** Gradients wanted. */
  readonly grad?: readonly Where[];
  /** Backward rules instead of the plain gradient. */
  readonly rules?: RuleSet;
  /** Zip with a second recording, on the reference, node by node. */
  readonly against?: 'reference';
}

/** The new inputs (and baselines) of some rows. Runs inside `tidy`. */
export type Draw = (rows: RowMap, random: Random) => { readonly inputs: Tensors; readonly baseline?: Tensors };

/**
 * What a method is written against. A method says which points to look at and how to combine what was seen; the Probe
 * knows model, target and site, and owns batching, memory, progress, cancelling, randomness and cleaning up.
 */
export interface Probe {
  /** What is attributed. */
  readonly site: Where;
  readonly examples: number;
  readonly random: Random;
  /** The model's inputs. Borrowed, like all tensors a Probe gives. */
  readonly inputs: Tensors;
  /** The baseline at the inputs, in their shapes. Only for methods that use one. */
  readonly baseline: Tensors;
  /** The rows to draw baselines from, for each input. Only for methods that declare `distribution`. */
  readonly distribution: Tensors;
  /** The inputs as seen at the site. */
  x(): Promise<Tensors>;
  /** The baseline as seen at the site. */
  reference(): Promise<Tensors>;
  resolve(site: Site): Promise<ResolvedSite>;
  score(target: Target): Promise<Score>;
  /** Which elements at the site move together. Only for methods that use features. */
  features(): FeatureGroups;
  /** S(x) of each example. */
  scores(): Promise<Float32Array>;
  /** Weighted sums of gradients, one entry for each `grad`. The caller owns them. */
  run(query: Query, fold: Sum): Promise<Sums>;
  run<R>(query: Query, fold: Rows<R>): Promise<R>;
  /** `copies` derived examples for each example (noisy copies, baseline rows), in chunks; each Probe lives for its turn. */
  expand(copies: number, draw: Draw): AsyncIterable<Probe & { readonly parent: Int32Array }>;
  note(text: string): void;
}

export interface Sums {
  /** One entry for each `grad`, one tensor for each at that place. */
  readonly mean: Tensors[];
  /** The score of every row. */
  readonly scores: Float32Array;
  /** Those on the reference, in a query `against` it. */
  readonly referenceScores: Float32Array;
}

/** What a probe is made of. */
export interface ProbeParts {
  readonly session: Session;
  readonly site: Where;
  readonly inputs: Tensors;
  readonly examples: number;
  readonly baseline?: Tensors;
  readonly distribution?: Tensors;
  /** The baseline in the shape of the site, for methods that perturb there. */
  readonly siteBaseline?: Tensors;
  readonly groups?: FeatureGroups;
  /** What is seen at the site, where others look too. Borrowed. */
  readonly sight?: Sight;
  /** How many questions are answered at once, this one among them. */
  readonly asking: number;
  /** Those that ask at the same time about the same rows. */
  readonly together?: Together;
  readonly score?: Score;
  readonly random: Random;
  /** For derived examples: the example each comes from, which the score knows. */
  readonly origin?: Int32Array;
  /** For derived examples: the place of the first among all that are derived with it. */
  readonly first?: number;
  /** S(x), where it is already known. */
  readonly known?: Float32Array;
  /** Takes the notes of the method. */
  readonly notes: Set<string>;
  resolve(site: Site): Promise<ResolvedSite>;
  resolveScore(target: Target): Promise<Score>;
}

export interface OwnedProbe extends Probe {
  /** Tensors that it has given, and that are not the method's to keep. */
  lent(): Tensors;
  dispose(): void;
}

/** A probe over `parts`. `dispose` frees what it computed for itself. */
export function createProbe(parts: ProbeParts): OwnedProbe {
  const { session, site, inputs, examples, random } = parts;
  const sight = parts.sight ?? sightAt(site, parts);
  let known = parts.known;

  const probe: Omit<OwnedProbe, 'run' | 'baseline' | 'distribution'> = {
    site,
    examples,
    random,
    inputs,
    x: sight.x,
    reference: sight.reference,
    features() {
      if (parts.groups) return parts.groups;
      throw new Error("a method that reads the features must declare uses: ['features']");
    },
    resolve: parts.resolve,
    score: parts.resolveScore,
    async scores() {
      known ??= (await run({ points: asIs() }, {})).scores;
      return known;
    },
    expand: (copies, draw) => expand(parts, copies, draw, createProbe),
    note: (text) => void parts.notes.add(text),
    lent: () => [
      ...inputs,
      ...[parts.baseline, parts.siteBaseline, parts.distribution].flatMap((tensors) => tensors ?? []),
      ...sight.lent(),
    ],
    dispose: () => {
      if (!parts.sight) sight.dispose();
    },
  };

  /** The scores of the inputs as they are tell S(x): it needs no pass of its own. */
  const tellsScores = ({ score, put, points }: Query) =>
    !score && !put && points.kind === 'path' && points.count === 1 && !needsReference(points);
  const learn = (scores: readonly number[]) => {
    if (known && differ(known, scores)) noteUnsteady(session);
    known ??= Float32Array.from(scores);
  };

  const run = async (query: Query, fold: Sum): Promise<Sums> => {
    const weights = fold.weights ?? new Float64Array(query.points.count).fill(1 / query.points.count);
    const sums: (ReturnType<typeof accumulator>[] | undefined)[] = [];
    const scores: number[] = [];
    const referenceScores: number[] = [];
    try {
      const step = (batch: Batch) => {
        for (const score of batch.scores) scores.push(score);
        for (const score of batch.referenceScores) referenceScores.push(score);
        query.grad?.forEach((where, i) => {
          const partial = batch.grad(where);
          sums[i] ??= partial.map(() => accumulator(query.points.count));
          for (const [t, tensor] of partial.entries()) sums[i]?.[t]?.add(tensor, batch);
        });
      };
      await eachBatch(parts, sight, query, step, weights);
      if (tellsScores(query)) learn(scores);
      return {
        mean: (query.grad ?? []).map((_, i) => (sums[i] ?? []).map((sum) => sum.result())),
        scores: Float32Array.from(scores),
        referenceScores: Float32Array.from(referenceScores),
      };
    } finally {
      for (const sum of sums.flat()) sum?.dispose();
    }
  };
  const runRows = async <R>(query: Query, fold: Rows<R>): Promise<R> => {
    if (!tellsScores(query)) return foldRows(parts, sight, query, fold);
    const scores: number[] = [];
    const step = (batch: Batch) => {
      scores.push(...batch.scores);
      fold.step(batch);
    };
    const result = await foldRows(parts, sight, query, {
      step,
      result: () => fold.result(),
      dispose: () => fold.dispose?.(),
    });
    learn(scores);
    return result;
  };
  const { baseline, distribution } = parts;
  const declared = {
    ...probe,
    ...(baseline && { baseline }),
    ...(distribution && { distribution }),
    // Two signatures, one body each: a fold with `step` sees the rows.
    run: ((query: Query, fold: Sum | Rows<unknown>) =>
      'step' in fold ? runRows(query, fold) : run(query, fold)) as Probe['run'],
  };
  return Object.setPrototypeOf(declared, undeclared);
}

/** What a method reads without saying so. Shared by all probes: V8 keeps what a getter of each would close over until a full collection. */
const undeclared: Pick<Probe, 'baseline' | 'distribution'> = {
  get baseline(): never {
    throw new Error("a method that reads the baseline must declare uses: ['baseline']");
  },
  get distribution(): never {
    throw new Error('a method that reads the distribution must declare distribution: true');
  },
};
