import { mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { answerAll, type Question } from './answer';
import type { Attribution } from './attribution';
import type { Baseline } from './baseline';
import { AttributionError } from './errors';
import type { Features } from './features';
import { checkInputs, type Inputs, open } from './inputs';
import type { AttributionMethod } from './method';
import { isPrepared, type ModelLike, toModel } from './model';
import { checkSession } from './probe/checks';
import type { Probe } from './probe/probe';
import { openSession, type Session, type SessionOptions } from './probe/session';
import type { Site } from './site';
import type { Tensors } from './tape/node';
import { calledIn } from './tape/turns';
import { isData, type Target } from './target';

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
  /** Bytes the run may hold beside model, inputs and results. @defaultValue 512 MiB */
  readonly memory?: number;
  /** Of all random draws. @defaultValue 0 */
  readonly seed?: number;
  /** Rejects with `signal.reason`; nothing is left behind. */
  readonly signal?: AbortSignal;
  /**
   * Told after every batch, in model rows: those done, and all that are known to be asked for. `done` grows up to `total`,
   * which never shrinks, and grows where a method asks again: of one that asks once about a given target, it is the same
   * from the first report on; what is predicted, what is seen at a layer and the score of a baseline are asked for by themselves.
   */
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

/**
 * Explains what a model made of its inputs.
 *
 * @param model LayersModel, GraphModel, function of tensors, or what `prepare` gave. It is left as it was.
 * @param inputs dim 0 of every tensor is the example. Borrowed: neither changed nor disposed.
 * @returns one attribution; with an array of sites as `at` one for each, which share the rows of the model where the points
 *   lie at its inputs: `cost` is then that of all of them together.
 * @throws AttributionError with what came, what was expected and what to do; what your own code threw (model, target,
 * method, `onProgress`) as it is; `signal.reason` within one batch of an abort. Nothing is left behind in any case.
 */
export function attribute(
  model: ModelLike,
  inputs: Inputs,
  options: Omit<AttributeOptions, 'at'> & { readonly at: readonly Site[] },
): Promise<Attribution<Tensor>[]>;
// The shape there is the layer's. Where several tensors pass it they come as an array, which only the model knows.
export function attribute(
  model: ModelLike,
  inputs: Inputs,
  options: AttributeOptions & { readonly at: Site },
): Promise<Attribution<Tensor>>;
// With `[]` beside it an array is inferred as the tuple that it is.
export function attribute<I extends Inputs | []>(
  model: ModelLike,
  inputs: I,
  options: AttributeOptions,
): Promise<Attribution<I>>;
export async function attribute(
  model: ModelLike,
  inputs: Inputs,
  options: Omit<AttributeOptions, 'at'> & { readonly at?: Site | readonly Site[] },
): Promise<Attribution | Attribution[]> {
  const { at, target } = options;
  const sites = isList(at) ? at : [at];
  const answers = await answer(
    model,
    inputs,
    options,
    sites.map((at) => ({ at, target })),
  );
  return isList(at) ? answers : (answers[0] as Attribution); // one for one
}

/**
 * Explains several targets at once. A row of the model is run forward once for all of them, except the rows that a method
 * draws for each (noisy copies, rows of a distribution), and as far as `memory` has room for the results.
 *
 * @param model as in `attribute`
 * @param inputs as in `attribute`
 * @returns an attribution for each target, in their order; `cost` is that of all of them together.
 * @throws AttributionError `option` if `targets` is no array, and as `attribute`
 */
export function attributeEach(
  model: ModelLike,
  inputs: Inputs,
  options: AttributeEachOptions & { readonly at: Site },
): Promise<Attribution<Tensor>[]>;
export function attributeEach<I extends Inputs | []>(
  model: ModelLike,
  inputs: I,
  options: AttributeEachOptions,
): Promise<Attribution<I>[]>;
export async function attributeEach(
  model: ModelLike,
  inputs: Inputs,
  { targets, ...options }: AttributeEachOptions,
): Promise<Attribution[]> {
  const problem = (got: string, expected: string, fix: string) =>
    new AttributionError('option', { got, expected, fix });
  if (!Array.isArray(targets))
    throw problem(`targets of type ${typeof targets}`, 'an array', 'Use attribute() for one.');
  if (isList(options.at)) throw problem('several sites', 'one, or none', 'Call attributeEach() once for each site.');
  return answer(
    model,
    inputs,
    options,
    targets.map((target) => ({ at: options.at, target })),
  );
}

export interface AttributeEachOptions extends Omit<AttributeOptions, 'target'> {
  /** What is explained: one result for each. */
  readonly targets: readonly Target[];
}

const isList = (at: Site | readonly Site[] | undefined): at is readonly Site[] => Array.isArray(at);

async function answer(
  model: ModelLike,
  inputs: Inputs,
  options: Omit<AttributeOptions, 'target' | 'at'>,
  questions: readonly Question[],
): Promise<Attribution[]> {
  const started = performance.now();
  const inside = calledIn();
  checkOptions(options, questions);
  // Nothing runs before the caller goes on: not in a tidy(), nor in the midst of a model, that this is called in.
  await undefined;
  const waist = await toModel(model);
  let session: Session | undefined;
  try {
    const container = open(inputs, waist, options.context);
    const examples = checkInputs(container.arrange(container.tensors, container.context), waist);
    const remember = questions.every(({ target }) => isData(target));
    session = openSession(waist, container, options, { inside, remember });
    return await answerAll({ session, container, examples, options, started }, questions);
  } catch (error) {
    // Whatever failed, this is why: an abort, or a backend or model that is no more.
    options.signal?.throwIfAborted();
    if (session) checkSession(session, error);
    throw error;
  } finally {
    if (!isPrepared(model)) waist.dispose();
  }
}

function checkOptions(options: Omit<AttributeOptions, 'target' | 'at'>, questions: readonly Question[]): void {
  const { method, batchSize = 'auto', memory = 1 } = options;
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
  if (method.targetless && questions.some(({ target }) => target !== undefined)) {
    throw problem(`\`target\` for ${method.name}`, 'none, as it explains no score', 'Leave `target` out.');
  }
  if (method.layerOnly && questions.some(({ at }) => !at)) {
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
