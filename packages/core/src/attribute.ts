import { mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Attribution } from './attribution';
import { type Baseline, resolveBaseline, resolveDistribution } from './baseline';
import { AttributionError } from './errors';
import { type Features, resolveFeatures } from './features';
import { type Container, checkInputs, type Inputs, open } from './inputs';
import type { AttributionMethod, MethodResult } from './method';
import { isPrepared, type ModelLike, toModel } from './model';
import type { Model } from './model/model';
import { createProbe, type OwnedProbe, type Probe, type ProbeParts } from './probe/probe';
import { resolveSite } from './probe/resolve';
import { openSession, type Session, type SessionOptions } from './probe/session';
import { seededRandom } from './random';
import { disposeResult, gap, resultOf } from './result';
import { type Settled, settle } from './settle';
import type { Site } from './site';
import type { Tensors } from './tape/node';
import { calledIn } from './tape/turns';
import { predicted, type ResolvedTarget, type Target } from './target';

export interface AttributeOptions extends SessionOptions {
  /** How to attribute. */
  readonly method: AttributionMethod;
  /** What is explained. @defaultValue predicted() */
  readonly target?: Target;
  /** Where. @defaultValue the inputs */
  readonly at?: Site;
  /** Against what. @defaultValue 0 */
  readonly baseline?: Baseline;
  /** Which elements move together, for methods that perturb. @defaultValue every element by itself */
  readonly features?: Features;
  /**
   * Further inputs of the model, with a row for each example: fed, never attributed. A record takes the inputs of the model
   * that it names; without names they come behind the inputs.
   */
  readonly context?: Inputs;
  /** Rows the model runs at once; 'auto' keeps within `memory`. @defaultValue 'auto' */
  readonly batchSize?: number | 'auto';
  /** Bytes the run may hold beside model and inputs. @defaultValue 512 MiB */
  readonly memory?: number;
  /** Of all random draws. @defaultValue 0 */
  readonly seed?: number;
  /** Rejects with `signal.reason`; nothing is left behind. */
  readonly signal?: AbortSignal;
  /** Told after every batch, in model rows. */
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

/**
 * Explains what a model made of its inputs.
 *
 * @param model LayersModel, GraphModel, function of tensors, or what `prepare` gave. It is left as it was.
 * @param inputs dim 0 of every tensor is the example. Borrowed: neither changed nor disposed.
 * @throws AttributionError with what came, what was expected and what to do.
 */
export async function attribute<I extends Inputs>(
  model: ModelLike,
  inputs: I,
  options: AttributeOptions,
): Promise<Attribution<I>> {
  const started = performance.now();
  const inside = calledIn();
  checkOptions(options);
  // Nothing runs before the caller goes on: not in a tidy(), nor in the midst of a model, that this is called in.
  await undefined;
  const waist = toModel(model);
  try {
    const container = open(inputs, waist, options.context);
    const examples = checkInputs(container.arrange(container.tensors, container.context), waist);
    const session = openSession(waist, container, options, inside);
    return (await run(session, container, examples, options, started)) as Attribution<I>; // `rebuild` mirrors the container
  } catch (error) {
    // Whatever the abort made fail on its way.
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    if (!isPrepared(model)) waist.dispose();
  }
}

/**
 * Makes a model ready for many calls: what Vitrum derives from its weights (flipped filters, transposed matrices) is kept
 * until `dispose`. The model itself stays yours.
 */
export function prepare(model: ModelLike): Promise<Model> {
  return Promise.resolve(toModel(model));
}

async function run(
  session: Session,
  container: Container,
  examples: number,
  options: AttributeOptions,
  started: number,
) {
  const { method, at } = options;
  const { tensors: inputs, names } = container;
  const owned: Tensor[] = [];
  let probe: OwnedProbe | undefined;
  let looked: OwnedProbe | undefined;
  let result: MethodResult | undefined;
  try {
    const site = at ? await resolveSite(session, at, inputs) : 'inputs';
    const target: Partial<Settled> & Pick<Settled, 'resolved'> = method.targetless
      ? { resolved: { kind: 'none', description: 'no target' } }
      : await settle(session, inputs, examples, options.target ?? predicted());
    const random = seededRandom(options.seed ?? 0);
    const own = (tensors: Tensors) => {
      owned.push(...tensors);
      return tensors;
    };
    const usesBaseline = method.uses.includes('baseline');
    const atSite = usesBaseline && method.baselineAt === 'site' && site !== 'inputs';
    const ofMany = usesBaseline && method.distribution === true;
    const baseline =
      usesBaseline && !atSite && !ofMany
        ? own(resolveBaseline(options.baseline ?? 0, inputs, { names, random }))
        : undefined;
    const usesFeatures = method.uses.includes('features');
    let parts: ProbeParts = {
      session,
      site,
      inputs,
      examples,
      random,
      ...(baseline && { baseline }),
      ...(ofMany && { distribution: own(resolveDistribution(options.baseline, inputs, names)) }),
      ...(target.score && { score: target.score }),
      ...(target.known && { known: target.known }),
      resolve: (site) => resolveSite(session, site, inputs),
      resolveScore: async (other) => (await settle(session, inputs, examples, other)).score,
    };
    probe = createProbe(parts);
    if (atSite || usesFeatures) {
      looked = probe;
      const seen = await looked.x();
      const siteNames = site === 'inputs' ? names : undefined;
      parts = {
        ...parts,
        seen,
        ...(atSite && { siteBaseline: own(resolveBaseline(options.baseline ?? 0, seen, { random })) }),
        ...(usesFeatures && { groups: await resolveFeatures(options.features, seen, siteNames) }),
      };
      probe = createProbe(parts);
    }
    result = await resultOf(method, probe, parts);
    const score = target.score ? await probe.scores() : new Float32Array(0);
    const baselineScore =
      result.baselineScore ?? (baseline && target.score ? await scoresOf(parts, baseline) : undefined);
    const against = method.complete === 'score' ? new Float32Array(score.length) : baselineScore;
    const delta = method.complete && against ? await gap(result.values, score, against) : undefined;
    session.signal?.throwIfAborted();
    return finish(session, container, options, {
      ...result,
      target: target.resolved,
      score,
      baselineScore,
      delta,
      started,
    });
  } catch (error) {
    if (result) disposeResult(result);
    throw error;
  } finally {
    probe?.dispose();
    if (looked !== probe) looked?.dispose();
    for (const tensor of owned) tensor.dispose();
  }
}

async function scoresOf(parts: ProbeParts, inputs: Tensors): Promise<Float32Array> {
  const { known: _, seen: __, ...rest } = parts;
  const probe = createProbe({ ...rest, inputs });
  try {
    return await probe.scores();
  } finally {
    probe.dispose();
  }
}

interface Outcome {
  readonly values: Tensors;
  readonly standardError?: Tensors;
  readonly notes?: readonly string[];
  readonly target: ResolvedTarget;
  readonly score: Float32Array;
  readonly baselineScore: Float32Array | undefined;
  readonly delta: Float32Array | undefined;
  readonly started: number;
}

function finish(
  session: Session,
  container: Container,
  { method, at }: AttributeOptions,
  outcome: Outcome,
): Attribution {
  const { values, standardError, notes = [], target, score, baselineScore, delta, started } = outcome;
  const [only] = values;
  const rebuild = (tensors: Tensors): Inputs =>
    at ? (only && tensors.length === 1 ? (tensors[0] as Tensor) : [...tensors]) : container.rebuild(tensors);
  const dispose = () => disposeResult(outcome);
  return {
    values: rebuild(values),
    method: method.name,
    target,
    score,
    ...(baselineScore && { baselineScore }),
    ...(delta && { convergenceDelta: delta }),
    ...(standardError && { standardError: rebuild(standardError) }),
    cost: { ...session.cost, milliseconds: performance.now() - started },
    notes: [...session.notes, ...notes],
    dispose,
    [Symbol.dispose]: dispose,
  };
}

function checkOptions(options: AttributeOptions): void {
  const { method, batchSize = 'auto', memory = 1, at } = options;
  const problem = (got: string, expected: string, fix: string) =>
    new AttributionError('option', { got, expected, fix });
  if (typeof method?.attribute !== 'function') {
    throw problem(
      'no attribution method',
      '`method` to be one',
      'Call it: { method: integratedGradients() }, not { method: integratedGradients }.',
    );
  }
  if (batchSize !== 'auto' && !(Number.isInteger(batchSize) && batchSize > 0)) {
    throw problem(`batchSize ${batchSize}`, "a positive whole number or 'auto'", "Leave it out for 'auto'.");
  }
  if (!(memory > 0)) throw problem(`memory ${memory}`, 'a positive number of bytes', 'Leave it out for 512 MiB.');
  for (const argument of ['baseline', 'features'] as const) {
    if (options[argument] === undefined || method.uses.includes(argument)) continue;
    throw problem(`\`${argument}\` for ${method.name}`, `only what ${method.name} uses`, `Leave \`${argument}\` out.`);
  }
  if (method.targetless && options.target !== undefined) {
    throw problem(`\`target\` for ${method.name}`, 'none, as it explains no score', 'Leave `target` out.');
  }
  if (method.layerOnly && !at) {
    throw new AttributionError('site', {
      got: `${method.name} at the inputs`,
      expected: 'a layer',
      fix: "Add at: layer('name'); (await prepare(model)).layers lists the names.",
    });
  }
}

/** values ⊙ (x − reference) at the site. Disposes `values`; the caller owns the result. */
export async function multiplyByDifference(probe: Probe, values: Tensors): Promise<Tensors> {
  try {
    const [x, reference] = [await probe.x(), await probe.reference()];
    return tidy(() => values.map((value, i) => mul(value, sub(x[i] as Tensor, reference[i] as Tensor)))); // one for each tensor at the site
  } finally {
    for (const value of values) value.dispose();
  }
}
