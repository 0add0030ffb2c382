import { argMax, max, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import type { Named } from './model/model';
import { noChoice, type Score, type ScoreFunction, within, withRows } from './score';
import type { ResolvedSite, Site } from './site';

/** What is explained. A number is a class (from the end if negative); left out is `predicted()`. */
export type Target = number | ScoreFunction | TargetValue;

export type TargetValue =
  | { readonly kind: 'predicted' }
  | { readonly kind: 'per-example'; readonly indices: readonly (number | readonly number[])[] }
  | { readonly kind: 'output-index'; readonly index: readonly number[] }
  | { readonly kind: 'output'; readonly output: string | number; readonly target: Target }
  | { readonly kind: 'contrast'; readonly of: Target; readonly against: Target }
  | { readonly kind: 'neuron'; readonly site: Site; readonly index: NeuronIndex };

/** An index over the layer's dims behind the batch (a number where there is one), or a function of its tensor. */
export type NeuronIndex = number | readonly number[] | ((values: Tensor) => Tensor);

/** The class with the largest output on the unperturbed input, per example; the only value of a one-column output. */
export const predicted = (): TargetValue => ({ kind: 'predicted' });

/** A class for each example, or an index array for each where the output has several dims. */
export const perExample = (indices: readonly (number | readonly number[])[] | Int32Array): TargetValue => ({
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

/** One activation inside the model. */
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
      if (target.indices.length !== context.examples) throw wrongCount(target.indices.length, context.examples);
      return elements(
        target.indices.map((index) => (typeof index === 'number' ? [index] : index)),
        context,
        selected,
      );
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
      const site = await context.site(target.site);
      const index = typeof target.index === 'number' ? [target.index] : target.index;
      const which = typeof index === 'function' ? 'a function' : `neuron [${index}]`;
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
  const description =
    first.length === 1
      ? `class ${same ? first : index.join(', ')}`
      : `element ${[...new Set(index.map((i) => `[${i}]`))].join(', ')}`;
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
  return values ? index.map((i) => within(i, dimsOf(values), 'output')) : index;
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
