import { cast, gatherND, reshape, sub, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import { isTensor } from './inputs';
import type { Outputs } from './model/model';
import { isPromise } from './promise';
import type { RowMap } from './rows';
import type { ResolvedSite } from './site';
import type { Tensors } from './tape/node';

/** An index over dims behind the batch, for all examples or one for each. */
export type ScoreIndex = readonly number[] | readonly (readonly number[])[];

/** What is explained: one number for each row. Data wherever it can be, so that it can travel. */
export type Score =
  /** One element of output `output`, of the only one if left out. Where it has no dims behind the batch, the index is 0. */
  | { readonly kind: 'element'; readonly output?: number; readonly index: ScoreIndex }
  /** One activation at a site, by index or by function of the layer's tensor. */
  | { readonly kind: 'neuron'; readonly site: ResolvedSite; readonly index: ScoreIndex | ((values: Tensor) => Tensor) }
  | { readonly kind: 'contrast'; readonly of: Score; readonly against: Score }
  | { readonly kind: 'function'; readonly evaluate: ScoreFunction };

/** Anything differentiable: the model's outputs to one number for each row, shape [rows]. */
export type ScoreFunction = (outputs: Tensors, rows: RowMap) => Tensor;

/** Sites whose values a score needs. */
export function sitesOf(score: Score): ResolvedSite[] {
  if (score.kind === 'neuron') return [score.site];
  return score.kind === 'contrast' ? [...sitesOf(score.of), ...sitesOf(score.against)] : [];
}

/** The outputs that scores are made of, by place; `undefined` for all of them, or if there is no score. */
export function outputsIn(scores: readonly Score[]): readonly number[] | undefined {
  const wanted = new Set<number>();
  const add = (score: Score): boolean => {
    if (score.kind === 'contrast') return add(score.of) && add(score.against);
    if (score.kind === 'function' || (score.kind === 'element' && score.output === undefined)) return false;
    if (score.kind === 'element' && score.output !== undefined) wanted.add(score.output);
    return true;
  };
  return scores.length > 0 && scores.every(add) ? [...wanted].sort((a, b) => a - b) : undefined;
}

/** The score of each row, shape [rows]. Runs inside the recording, so that it is differentiated like the model. */
export function evaluate(score: Score, outputs: Outputs, at: (site: ResolvedSite) => Tensors, rows: RowMap): Tensor {
  const count = rows.example.length;
  switch (score.kind) {
    case 'element':
      return pick(outputAt(outputs, score.output, count), score.index, rows);
    case 'neuron': {
      const [values] = at(score.site);
      if (!values) throw new Error(`layer ${score.site.layer} gave no tensor`);
      return typeof score.index === 'function'
        ? perRow(score.index(values), count, 'neuron function')
        : pick(values, score.index, rows, score.site.layer);
    }
    case 'contrast':
      return sub(evaluate(score.of, outputs, at, rows), evaluate(score.against, outputs, at, rows));
    case 'function':
      return perRow(score.evaluate(outputs.tensors, rows), count, 'target function');
  }
}

function outputAt({ tensors, names, only }: Outputs, i: number | undefined, count: number): Tensor {
  if (i === undefined && tensors.length > 1) throw noChoice(tensors.length, names);
  const output = tensors[only?.indexOf(i ?? 0) ?? i ?? 0];
  if (output) return withRows(output, count);
  throw new AttributionError('target', {
    got: `output ${i ?? 0} of a model with ${tensors.length}`,
    expected: `a number below ${tensors.length}`,
    fix: 'Count outputs from 0.',
  });
}

/** `output`, if it has a row for each of `count` rows. @throws AttributionError `target` */
export function withRows(output: Tensor, count: number): Tensor {
  if (output.shape[0] === count) return output;
  throw new AttributionError('target', {
    got: `an output of shape [${output.shape}] for ${count} rows`,
    expected: 'an output with a row for each row of the inputs',
    fix: 'Dim 0 of every output must be the example. A function target can compute the score from any outputs.',
  });
}

/** The error of a target that does not say which of several outputs it is of. */
export function noChoice(
  count: number,
  names: readonly string[] = [...Array(count).keys()].map(String),
): AttributionError {
  return new AttributionError('target', {
    got: `no choice among the model's ${count} outputs`,
    expected: `one of ${names.join(', ')}`,
    fix: 'Use output(nameOrIndex, target).',
  });
}

const isList = (index: ScoreIndex): index is readonly (readonly number[])[] =>
  typeof index[0] !== 'number' && index.length > 0;

/** @param layer whose values these are; those of an output if left out */
function pick(values: Tensor, index: ScoreIndex, rows: RowMap, layer?: string): Tensor {
  const columns = values.rank === 1 ? reshape(values, [-1, 1]) : values;
  const dims = columns.shape.slice(1);
  const ofRow = (row: number) => (isList(index) ? (index[rows.example[row] ?? 0] ?? []) : index);
  const coordinates = Array.from(rows.example, (_, row) => [row, ...within(ofRow(row), dims, layer)]);
  const floats = columns.dtype === 'float32' ? columns : cast(columns, 'float32');
  const at = tensor2d(coordinates, [coordinates.length, columns.rank], 'int32');
  return reshape(gatherND(floats, at), [coordinates.length]);
}

/**
 * The index with negative numbers counted from the end.
 * @param layer whose dims these are; those of an output if left out
 * @throws AttributionError `target`
 */
export function within(index: readonly number[], dims: readonly number[], layer?: string): number[] {
  const resolved = index.map((i, d) => (i < 0 ? i + (dims[d] ?? 0) : i));
  if (
    resolved.length === dims.length &&
    resolved.every((i, d) => Number.isInteger(i) && i >= 0 && i < (dims[d] ?? 0))
  ) {
    return resolved;
  }
  const several = dims.length > 1;
  const counted = `${layer === undefined ? 'classes' : 'neurons'} from 0, or from the end with negative numbers`;
  throw new AttributionError('target', {
    got: `index [${index}] into the ${layer === undefined ? 'output' : `layer "${layer}"`} of shape [examples, ${dims.join(', ')}]`,
    expected: `${dims.length} whole number(s), each within its dim`,
    fix: !several
      ? `Count ${counted}.`
      : layer === undefined
        ? 'Use outputIndex(i, j, …) for an output of several dims.'
        : `Use neuron(site, [${dims.map(() => 0)}]) for the first, and count ${counted}.`,
  });
}

/** Targets are people's own code: what they give is checked. */
function perRow(score: unknown, count: number, what: string): Tensor {
  if (!isTensor(score)) {
    if (isPromise(score)) score.then(undefined, () => undefined); // nobody waits for it
    throw new AttributionError('target', {
      got: `${score === undefined ? 'undefined' : isPromise(score) ? 'a promise' : `a ${typeof score}`} from the ${what}`,
      expected: `a float32 tensor of shape [${count}], one score for each row`,
      fix: 'Return the scores at once, made of the outputs by tensor operations.',
    });
  }
  if (score.dtype === 'float32' && score.size === count && (score.rank === 1 || score.rank === 2))
    return reshape(score, [count]);
  throw new AttributionError('target', {
    got: `${score.dtype} of shape [${score.shape}] from the ${what}`,
    expected: `float32 of shape [${count}], one score for each row`,
    fix: 'Reduce all dims but the first, for example with tf.sum(x, -1).',
  });
}
