import { argMax, max, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import type { Named } from './model/model';
import { noChoice, type Score, type ScoreFunction, type ScoreIndex, within, withRows } from './score';
import type { ResolvedSite, Site } from './site';

/** What is explained. A number is a class (from the end if negative); left out is `predicted()`. */
export type Target = number | ScoreFunction | TargetValue;

export type TargetValue =
  | { readonly kind: 'predicted' }
  | PerExample
  | { readonly kind: 'output-index'; readonly index: readonly number[] }
  | { readonly kind: 'output'; readonly output: string | number; readonly target: Target }
  | { readonly kind: 'contrast'; readonly of: Target; readonly against: Target }
  | { readonly kind: 'neuron'; readonly site: Site; readonly index: NeuronIndex };

/** One index for each example, in their order. Made by `perExample()`. */
export interface PerExample {
  readonly kind: 'per-example';
  readonly indices: readonly (number | readonly number[])[];
}

/**
 * An index over the layer's dims behind the batch (a number where there is one), `perExample()` of these, or a function of
 * its tensor that gives one number for each row.
 */
export type NeuronIndex = number | readonly number[] | PerExample | ((values: Tensor) => Tensor);

/** The class with the largest output on the unperturbed input, per example; the only value of a one-column output. */
export const predicted = (): TargetValue => ({ kind: 'predicted' });

/**
 * A class for each example, or an index array for each where the output has several dims. As the index of a `neuron()`: one
 * of the layer for each example.
 */
export const perExample = (indices: readonly (number | readonly number[])[] | Int32Array): PerExample => ({
  kind: 'per-example',
  indices: Array.from(indices),
});

/** One element of an output of several dims, without the batch dim. */
export const outputIndex = (...index: number[]): TargetValue => ({ kind: 'output-index', index });

/** A target of one of several outputs, by name or number. */
export const output = (nameOrIndex: string | number, target: Target = predicted()): TargetValue => ({
  kind: 'output',
  output: nameOrIndex,
  target,
});

/** How much more `of` than `against`: S = S_of − S_against. */
export const contrast = (of: Target, against: Target): TargetValue => ({ kind: 'contrast', of, against });

/** One activation inside the model: the same for all examples, or, with `perExample()`, one for each. */
export const neuron = (site: Site, index: NeuronIndex): TargetValue => ({ kind: 'neuron', site, index });

/** Whether a target is told by data alone, without a function of the user's. */
export function isData(target: Target | undefined): boolean {
  if (typeof target === 'function') return false;
  if (typeof target !== 'object' || target === null) return true;
  if (target.kind === 'contrast') return isData(target.of) && isData(target.against);
  if (target.kind === 'output') return isData(target.target);
  return target.kind !== 'neuron' || typeof target.index !== 'function';
}

/** What was explained, settled. */
export interface ResolvedTarget {
  readonly kind: 'class' | 'element' | 'neuron' | 'contrast' | 'function' | 'none';
  /** Class of each example, where the target is one column of a two-dimensional output. */
  readonly classes?: Int32Array;
  /** For people, such as `class 285`. */
  readonly description: string;
}

/** What resolving a target may ask of the model. */
export interface TargetContext {
  readonly examples: number;
  /** The model's outputs on the unperturbed inputs. Borrowed. */
  outputs(): Promise<Named>;
  site(site: Site): Promise<ResolvedSite>;
}

/** Settles a target: which numbers, of which output, for each example. @throws AttributionError `target` */
export async function resolveTarget(
  target: Target,
  context: TargetContext,
  selected?: string | number,
): Promise<{ score: Score; resolved: ResolvedTarget }> {
  if (typeof target === 'function') {
    return {
      score: { kind: 'function', evaluate: target },
      resolved: { kind: 'function', description: 'a function of the outputs' },
    };
  }
  if (typeof target === 'number')
    return elements(
      Array.from({ length: context.examples }, () => [target]),
      context,
      selected,
    );
  switch (target.kind) {
    case 'predicted':
      return predictedElements(context, selected);
    case 'per-example':
      return elements(entriesOf(target, context.examples), context, selected);
    case 'output-index':
      return elements(
        Array.from({ length: context.examples }, () => target.index),
        context,
        selected,
      );
    case 'output':
      return resolveTarget(target.target, context, target.output);
    case 'contrast': {
      const of = await resolveTarget(target.of, context, selected);
      const against = await resolveTarget(target.against, context, selected);
      return {
        score: { kind: 'contrast', of: of.score, against: against.score },
        resolved: {
          kind: 'contrast',
          description: `${of.resolved.description} against ${against.resolved.description}`,
        },
      };
    }
    case 'neuron': {
      const [index, which] = neuronsOf(target.index, context.examples);
      const site = await context.site(target.site);
      return {
        score: { kind: 'neuron', site, index },
        resolved: { kind: 'neuron', description: `${which} of ${site.layer}` },
      };
    }
    default:
      throw new AttributionError('target', {
        got: `a target that is ${JSON.stringify(target)}`,
        expected:
          'a class number, a function, or what predicted(), perExample(), outputIndex(), output(), contrast() or neuron() give',
        fix: 'See the table of targets in the README of @vitrum/core.',
      });
  }
}

/** Which neurons of a layer, and in words. */
function neuronsOf(index: NeuronIndex, examples: number): [ScoreIndex | ((values: Tensor) => Tensor), string] {
  if (typeof index === 'function') return [index, 'a function'];
  if (typeof index === 'object' && index !== null && 'kind' in index && index.kind === 'per-example') {
    const entries = entriesOf(index, examples);
    return [entries, `neuron ${different(entries)}`];
  }
  const entry = toEntry(index);
  if (entry) return [entry, `neuron [${entry}]`];
  throw new AttributionError('target', {
    got: `a neuron of index ${JSON.stringify(index)}`,
    expected: "a number, an array of numbers, perExample() of these, or a function of the layer's tensor",
    fix: 'Use neuron(site, [0, 3]) for one of all examples, neuron(site, perExample([[2, 1], [0, 3]])) for one of each.',
  });
}

/** The index of each of `examples`. */
function entriesOf({ indices }: PerExample, examples: number): readonly (readonly number[])[] {
  const entries = indices.flatMap((index) => {
    const entry = toEntry(index);
    if (entry) return [entry];
    throw new AttributionError('target', {
      got: `perExample with ${JSON.stringify(index)}`,
      expected: 'a number or an array of numbers for each example',
      fix: 'Use perExample([285, 3]) for classes, perExample([[2, 1], [0, 3]]) where there are several dims.',
    });
  });
  if (entries.length !== examples) throw wrongCount(entries.length, examples);
  return entries;
}

/** An index as a list of numbers, if it is one. */
function toEntry(index: unknown): readonly number[] | undefined {
  const list: readonly unknown[] = Array.isArray(index) ? index : [index];
  return list.every((i) => typeof i === 'number') ? list : undefined;
}

/** Each of the indices once, for people. */
const different = (index: readonly (readonly number[])[]): string =>
  [...new Set(index.map((i) => `[${i}]`))].join(', ');

async function elements(
  given: readonly (readonly number[])[],
  context: TargetContext,
  selected: string | number | undefined,
) {
  const output = typeof selected === 'string' ? await positionOf(selected, context) : selected;
  const index = given.flat().some((i) => i < 0) ? await fromStart(given, context, output) : given;
  const score: Score = { kind: 'element', index, ...(output !== undefined && { output }) };
  const [first = []] = index;
  const same = index.every((i) => String(i) === String(first));
  const description = first.length === 1 ? `class ${same ? first : index.join(', ')}` : `element ${different(index)}`;
  const resolved: ResolvedTarget =
    first.length === 1
      ? { kind: 'class', classes: Int32Array.from(index, ([i = 0]) => i), description }
      : { kind: 'element', description };
  return { score, resolved };
}

/** The indices with negative ones counted from the end of their dim. */
async function fromStart(
  index: readonly (readonly number[])[],
  context: TargetContext,
  output: number | undefined,
): Promise<readonly (readonly number[])[]> {
  const { tensors, names } = await context.outputs();
  if (output === undefined && tensors.length > 1) throw noChoice(tensors.length, names);
  const values = tensors[output ?? 0];
  // A wrong output is found where it is used.
  return values ? index.map((i) => within(i, dimsOf(values))) : index;
}

/** Dims behind the batch; one of size 1 where there are none. */
const dimsOf = ({ shape }: Tensor): number[] => (shape.length > 1 ? shape.slice(1) : [1]);

async function positionOf(name: string, context: TargetContext): Promise<number> {
  const { tensors, names } = await context.outputs();
  const position = names?.indexOf(name) ?? -1;
  if (position >= 0) return position;
  throw new AttributionError('target', {
    got: `output "${name}"`,
    expected: names
      ? `one of ${names.map((n) => `"${n}"`).join(', ')}`
      : `a number below ${tensors.length}, as this model does not name its outputs`,
    fix: 'Pass the name or number of an output of the model.',
  });
}

async function predictedElements(context: TargetContext, selected: string | number | undefined) {
  const { tensors, names } = await context.outputs();
  const position = typeof selected === 'string' ? (names?.indexOf(selected) ?? -1) : (selected ?? 0);
  const values = tensors[position];
  if (values && (selected !== undefined || tensors.length === 1)) {
    return elements(await largest(withRows(values, context.examples)), context, position);
  }
  throw noChoice(tensors.length, names);
}

/** Index of the largest element of each row; of equals the first. */
async function largest(values: Tensor): Promise<number[][]> {
  const [rows = 0] = values.shape;
  const dims = dimsOf(values);
  const flat = tidy(() => reshape(values, [rows, dims.reduce((product, size) => product * size, 1)]));
  const best = tidy(() => argMax(flat, 1));
  const top = tidy(() => max(flat, 1));
  const [indices, tops] = await Promise.all([best.data(), top.data()]);
  for (const tensor of [flat, best, top]) tensor.dispose();
  if (tops.some((value) => !Number.isFinite(value))) {
    throw new AttributionError('not-finite', {
      got: 'NaN or infinity in the model output',
      expected: 'finite scores',
      fix: 'Check the range and preprocessing of the inputs; model.predict(inputs) shows the same.',
    });
  }
  return Array.from(indices, (index) => unravel(index, dims));
}

function unravel(index: number, dims: readonly number[]): number[] {
  const result: number[] = [];
  for (const size of [...dims].reverse()) {
    result.unshift(index % size);
    index = Math.floor(index / size);
  }
  return result;
}

function wrongCount(got: number, examples: number): AttributionError {
  return new AttributionError('target', {
    got: `perExample with ${got} entries for ${examples} examples`,
    expected: 'one entry for each example',
    fix: 'Give as many entries as dim 0 of the inputs has rows.',
  });
}
