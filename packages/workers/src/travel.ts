import type { Tensor } from '@tensorflow/tfjs-core';
import { type RuleSet, recipeOf, type TensorData, type Tensors, type Work, type WorkSurroundings } from '@vitrum/core';
import { dataOf, tensorsOf } from '@vitrum/core/elsewhere';

/**
 * A work as a message. Every tensor is in it once, and elsewhere by its place among them: the points of a path or a window
 * are made of `x` and `reference` where the rows are, which saves sending one picture for each.
 */
export interface WorkData extends Omit<Work, 'inputs' | 'x' | 'reference' | 'against' | 'rules' | 'points' | 'asks'> {
  readonly tensors: readonly TensorData[];
  readonly inputs: readonly number[];
  readonly x: readonly number[];
  readonly reference: readonly number[];
  readonly against?: readonly number[];
  readonly context: readonly number[];
  /** How the model takes inputs and context: by their place among both, under these names. */
  readonly order: readonly number[];
  readonly names?: readonly string[];
  readonly points: Exclude<Work['points'], { kind: 'make' }> | { readonly kind: 'sent'; readonly count: number };
  readonly asks: readonly Omit<Work['asks'][number], 'notes'>[];
  readonly rules?: { readonly name: string; readonly options?: unknown; readonly strict: boolean };
  /** As in the surroundings of a work. */
  readonly rows?: number;
  readonly backend: string;
  readonly whole: boolean;
}

/** Backward rules by name, made of options that are data. */
export type RuleSets = Readonly<Record<string, (options: never) => RuleSet>>;

/**
 * What keeps a work here, in words: what is code does not travel.
 * @param known the names of the rule sets that are there
 */
export function tie({ asks, rules }: Work, known: readonly string[]): string | undefined {
  const recipe = rules && recipeOf(rules);
  if (rules && !recipe) return 'backward rules are functions, which do not travel';
  if (recipe && !known.includes(recipe.name))
    return `the threads do not know the backward rules "${recipe.name}", which serve(load, { ruleSets }) can give them`;
  return asks.some(({ score }) => hasFunction(score)) ? 'the target is a function, which does not travel' : undefined;
}

const hasFunction = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' && value !== null && Object.values(value).some(hasFunction));

/** Copies a work into a message. */
export async function pack(work: Work, { container, rows, backend, whole }: WorkSurroundings): Promise<WorkData> {
  const { inputs, x, reference, against, asks, points, rules, ...rest } = work;
  const { context } = container;
  const recipe = rules && recipeOf(rules);
  const tensors = [...new Set([...inputs, ...x, ...reference, ...(against ?? []), ...context])];
  const places = (some: Tensors) => some.map((tensor) => tensors.indexOf(tensor));
  const { order, names } = arrangement(inputs.length, context.length, container.arrange);
  return {
    ...rest,
    tensors: await dataOf(tensors),
    inputs: places(inputs),
    x: places(x),
    reference: places(reference),
    ...(against && { against: places(against) }),
    context: places(context),
    order,
    ...(names && { names }),
    points: points.kind === 'make' ? { kind: 'sent', count: points.count } : points,
    asks: asks.map(({ notes: _, ...ask }) => ask),
    ...(recipe && { rules: { ...recipe, strict: rules?.strict ?? false } }),
    ...(rows !== undefined && { rows }),
    backend,
    whole,
  };
}

/** What `arrange` does with so many inputs and so much context: it moves tensors without a look at them. */
function arrangement(inputs: number, context: number, arrange: WorkSurroundings['container']['arrange']) {
  const marks = Array.from({ length: inputs + context }, () => ({}) as Tensor);
  const { tensors, names } = arrange(marks.slice(0, inputs), marks.slice(inputs));
  return { order: tensors.map((mark) => marks.indexOf(mark)), names };
}

/** The work of a message, and all its tensors, which the caller disposes. */
export function unpack(
  data: WorkData,
  ruleSets: RuleSets,
): { work: Work; surroundings: WorkSurroundings; tensors: Tensor[] } {
  const {
    tensors: packed,
    inputs,
    x,
    reference,
    against,
    context,
    order,
    names,
    points,
    asks,
    rules,
    rows,
    backend,
    whole,
    ...rest
  } = data;
  const tensors = tensorsOf(packed);
  const at = (places: readonly number[]) => places.map((place) => tensors[place] as Tensor); // each is among them
  const arranged = (a: Tensors, b: Tensors) => {
    const all = [...a, ...b];
    return { tensors: order.map((place) => all[place] as Tensor) /* each is there */, ...(names && { names }) };
  };
  const work: Work = {
    ...rest,
    inputs: at(inputs),
    x: at(x),
    reference: at(reference),
    ...(against && { against: at(against) }),
    points: points.kind === 'sent' ? { ...points, kind: 'make', make: unsent } : points,
    asks: asks.map((ask) => ({ ...ask, notes: new Set() })),
    ...(rules && { rules: made(rules, ruleSets) }),
  };
  return {
    work,
    surroundings: { container: { context: at(context), arrange: arranged }, rows, backend, whole },
    tensors,
  };
}

function made({ name, options, strict }: NonNullable<WorkData['rules']>, ruleSets: RuleSets): RuleSet {
  const make = ruleSets[name];
  if (!make) throw new Error(`the rules "${name}" are not known here`);
  return Object.create(make(options as never), { strict: { value: strict } }); // made of what a set of this name said
}

function unsent(): never {
  throw new Error('points that a method makes are sent with their rows');
}

/** Every buffer in a message: those of numbers can be given away. */
export function buffersIn(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value))
    found.add(value.buffer as ArrayBuffer); // none is shared
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) buffersIn(part, found);
  return [...found];
}
