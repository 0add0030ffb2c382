import type { Tensor } from '@tensorflow/tfjs-core';
import type { AttributeOptions } from './attribute';
import type { Attribution } from './attribution';
import { resolveBaseline, resolveDistribution } from './baseline';
import { resolveFeatures } from './features';
import type { Container, Inputs } from './inputs';
import type { MethodResult } from './method';
import { evaluateAll } from './probe/evaluate';
import { createProbe, type ProbeParts } from './probe/probe';
import { resolveSite, resolveSites, rowBytes } from './probe/resolve';
import type { Session } from './probe/session';
import { sightAt } from './probe/sight';
import { together } from './probe/together';
import { seededRandom } from './random';
import { disposeResult, gap, resultOf } from './result';
import { type Settled, settle } from './settle';
import type { Site, Where } from './site';
import type { Tensors } from './tape/node';
import { predicted, type Target } from './target';

/** What is explained, and where. */
export interface Question {
  readonly target?: Target | undefined;
  readonly at?: Site | undefined;
}

/** A call: its inputs, opened and checked, and what it runs on. */
export interface Call {
  readonly session: Session;
  readonly container: Container;
  readonly examples: number;
  readonly options: Omit<AttributeOptions, 'target' | 'at'>;
  readonly started: number;
}

type Own = (...tensors: Tensors) => void;

/**
 * Answers the questions of a call. Its method runs once for each, in step with the others, so that rows of the model
 * that several ask about are evaluated once. As many go together as the memory of the call has room for.
 */
export async function answerAll(call: Call, questions: readonly Question[]): Promise<Attribution[]> {
  const { session, container, options } = call;
  const owned: Tensor[] = [];
  const sights: { dispose(): void }[] = [];
  const outcomes: Outcome[] = [];
  try {
    const sites = [...new Set(questions.flatMap(({ at }) => at ?? []))];
    const resolved = await resolveSites(session, sites, container.tensors);
    const settled = options.method.targetless ? [] : await settleEach(call, questions);
    const whole = wholeParts(call, sites.length > 0, (...tensors) => void owned.push(...tensors));
    const views = new Map<Site | undefined, Partial<ProbeParts>>();
    const several = questions.length > 1;
    const placeOf = (at: Site | undefined): Where => (at && resolved[sites.indexOf(at)]) ?? 'inputs';
    for (const at of sites.length > 0 ? sites : [undefined]) {
      const site = placeOf(at);
      // Of several questions about one site; those about several look at their sites in step.
      const shared = several && sites.length < 2;
      views.set(
        at,
        await viewOf(call, { ...whole, site }, shared, sights, (...tensors) => void owned.push(...tensors)),
      );
    }
    const places = questions.map(({ at }) => placeOf(at));
    for (const [start, end] of await inGroups(call, places)) {
      const group = questions.slice(start, end);
      const parts = group.map(({ at }, i) => partsOf(whole, views.get(at), settled[start + i], group.length));
      outcomes.push(...(await answerTogether(call, parts, settled.slice(start, end))));
    }
    session.signal?.throwIfAborted();
    return outcomes.map((outcome, i) => finish(call, outcome, questions[i]?.at));
  } catch (error) {
    for (const { result } of outcomes) disposeResult(result);
    throw error;
  } finally {
    for (const sight of sights) sight.dispose();
    for (const tensor of owned) tensor.dispose();
  }
}

/** The targets of all questions; one that several ask about is settled once, so that they share its walk back. */
async function settleEach({ session, container, examples }: Call, questions: readonly Question[]): Promise<Settled[]> {
  const otherwise = predicted();
  const targets = questions.map(({ target = otherwise }) => target);
  const different = [...new Set(targets)];
  const settled = await settle(session, container.tensors, examples, different);
  return targets.map((target) => settled[different.indexOf(target)] as Settled); // each is among them
}

/** What all probes of a call have in common. */
function wholeParts({ session, container, examples, options }: Call, atSites: boolean, own: Own): ProbeParts {
  const { tensors: inputs, names } = container;
  const { method, seed = 0, baseline: given = 0 } = options;
  const random = seededRandom(seed);
  const uses = method.uses.includes('baseline');
  const distribution = uses && method.distribution ? resolveDistribution(options.baseline, inputs, names) : undefined;
  const atInputs = uses && !distribution && !(atSites && method.baselineAt === 'site');
  const baseline = atInputs ? resolveBaseline(given, inputs, { names, random }) : undefined;
  own(...(baseline ?? distribution ?? []));
  return {
    session,
    site: 'inputs',
    inputs,
    examples,
    random,
    ...(baseline && { baseline }),
    ...(distribution && { distribution }),
    asking: 1,
    notes: new Set(),
    resolve: (site) => resolveSite(session, site, inputs),
    resolveScore: async (target) => {
      const [settled] = await settle(session, inputs, examples, [target]);
      return (settled as Settled).score; // one for one
    },
  };
}

/** What belongs to a site: what is seen there, the baseline in its shape, the features. */
async function viewOf(
  { container, options: { method, baseline = 0, features } }: Call,
  parts: ProbeParts,
  shared: boolean,
  sights: { dispose(): void }[],
  own: Own,
): Promise<Partial<ProbeParts>> {
  const { site, random } = parts;
  const perturbed = method.uses.includes('baseline') && method.baselineAt === 'site' && site !== 'inputs';
  const grouped = method.uses.includes('features');
  if (!perturbed && !grouped && !shared) return { site };
  const sight = sightAt(site, parts);
  sights.push(sight);
  if (!perturbed && !grouped) return { site, sight };
  const x = await sight.x();
  const siteBaseline = perturbed ? resolveBaseline(baseline, x, { random }) : undefined;
  own(...(siteBaseline ?? []));
  return {
    site,
    sight: siteBaseline ? { ...sight, reference: () => Promise.resolve(siteBaseline) } : sight,
    ...(siteBaseline && { siteBaseline }),
    ...(grouped && { groups: await resolveFeatures(features, x, site === 'inputs' ? container.names : undefined) }),
  };
}

const partsOf = (
  whole: ProbeParts,
  view: Partial<ProbeParts> = {},
  settled: Settled | undefined,
  asking: number,
): ProbeParts => ({
  ...whole,
  ...view,
  asking,
  notes: new Set(),
  ...(settled && { score: settled.score }),
  ...(settled?.known && { known: settled.known }),
});

/**
 * Which questions, from the first and up to the last, are answered at once: each holds about four tensors like what is
 * attributed, and half the memory is for the batches.
 */
async function inGroups(
  { session, container, examples }: Call,
  places: readonly Where[],
): Promise<[start: number, end: number][]> {
  if (places.length < 2) return places.map((_, i) => [i, i + 1]);
  const groups: [number, number][] = [];
  let room = 0;
  for (const [i, bytes] of (await rowBytes(session, places, container.tensors)).entries()) {
    const group = groups.at(-1);
    const needed = 4 * examples * bytes;
    if (group && needed <= room) group[1]++;
    else {
      groups.push([i, i + 1]);
      room = session.memory / 2;
    }
    room -= needed;
  }
  return groups;
}

interface Outcome {
  readonly result: MethodResult;
  readonly settled: Settled | undefined;
  readonly score: Float32Array;
  readonly baselineScore: Float32Array | undefined;
  readonly delta: Float32Array | undefined;
  readonly notes: ReadonlySet<string>;
}

async function answerTogether(
  call: Call,
  parts: readonly ProbeParts[],
  settled: readonly (Settled | undefined)[],
): Promise<Outcome[]> {
  const step = parts.length > 1 ? together(parts.length, evaluateAll) : undefined;
  const answers = parts.map(async (one, i) => {
    try {
      const outcome = await answerOne(call, step ? { ...one, together: step } : one, settled[i]);
      step?.leave();
      return outcome;
    } catch (error) {
      step?.leave({ error });
      throw error;
    }
  });
  const ended = await Promise.allSettled(answers);
  const failure = ended.find((one) => one.status === 'rejected');
  if (!failure) return ended.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  for (const one of ended) if (one.status === 'fulfilled') disposeResult(one.value.result);
  throw failure.reason;
}

async function answerOne({ options: { method } }: Call, parts: ProbeParts, settled?: Settled): Promise<Outcome> {
  const probe = createProbe(parts);
  let result: MethodResult | undefined;
  try {
    result = await resultOf(method, probe, parts);
    const score = settled ? await probe.scores() : new Float32Array(0);
    const baselineScore =
      result.baselineScore ?? (parts.baseline && settled ? await scoresOf(parts, parts.baseline) : undefined);
    const against = method.complete === 'score' ? new Float32Array(score.length) : baselineScore;
    const delta = method.complete && against ? await gap(result.values, score, against) : undefined;
    return { result, settled, score, baselineScore, delta, notes: parts.notes };
  } catch (error) {
    if (result) disposeResult(result);
    throw error;
  } finally {
    probe.dispose();
  }
}

async function scoresOf(parts: ProbeParts, inputs: Tensors): Promise<Float32Array> {
  const { known: _, sight: __, ...rest } = parts;
  const probe = createProbe({ ...rest, inputs });
  try {
    return await probe.scores();
  } finally {
    probe.dispose();
  }
}

function finish({ session, container, options, started }: Call, outcome: Outcome, at: Site | undefined): Attribution {
  const { result, settled, score, baselineScore, delta, notes } = outcome;
  const { values, standardError } = result;
  const rebuild = (tensors: Tensors): Inputs => {
    if (!at) return container.rebuild(tensors);
    const [only] = tensors;
    return only && tensors.length === 1 && !at.several ? only : [...tensors];
  };
  const dispose = () => disposeResult(result);
  return {
    values: rebuild(values),
    method: options.method.name,
    target: settled?.resolved ?? { kind: 'none', description: 'no target' },
    score,
    ...(baselineScore && { baselineScore }),
    ...(delta && { convergenceDelta: delta }),
    ...(standardError && { standardError: rebuild(standardError) }),
    cost: { ...session.cost, milliseconds: performance.now() - started },
    notes: [...session.notes, ...notes, ...(result.notes ?? [])],
    dispose,
    [Symbol.dispose]: dispose,
  };
}
