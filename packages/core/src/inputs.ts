import type { Tensor } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import type { Model, Named } from './model/model';
import type { Tensors } from './tape/node';

/** Inputs of a model: dim 0 of every tensor is the example. Results mirror the container. */
export type Inputs = Tensor | Tensor[] | Record<string, Tensor>;

/** A container of tensors taken apart, and how to put others in its place. */
export interface Container extends Named {
  rebuild(values: Tensors): Inputs;
}

export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dataId' in value;

/** Takes a container apart; a record in the order of the model's inputs. */
export function open(inputs: Inputs, model: Model): Container {
  if (isTensor(inputs)) return { tensors: [inputs], rebuild: ([value]) => value as Tensor }; // one in, one out
  if (Array.isArray(inputs)) return { tensors: inputs, rebuild: (values) => [...values] };
  if (typeof inputs !== 'object' || inputs === null) {
    throw new AttributionError('inputs', {
      got: inputs === null ? 'null as inputs' : `inputs of type ${typeof inputs}`,
      expected: 'a tensor, an array of tensors or a record of tensors',
      fix: 'Make a tensor first, for example tf.tensor4d(pixels, [1, height, width, 3]).',
    });
  }
  const names = orderOf(inputs, model);
  return {
    names,
    tensors: names.map((name) => inputs[name] as Tensor), // `orderOf` found each
    rebuild: (values) => Object.fromEntries(names.map((name, i) => [name, values[i] as Tensor])),
  };
}

function orderOf(inputs: Record<string, Tensor>, model: Model): string[] {
  const given = Object.keys(inputs);
  if (!model.inputs) return given;
  const known = model.inputs.map(({ name }) => name);
  const wrong = given.find((name) => !known.includes(name)) ?? known.find((name) => !given.includes(name));
  if (wrong === undefined) return known;
  throw new AttributionError('inputs', {
    got: `inputs named ${given.map((name) => `"${name}"`).join(', ')}`,
    expected: `the model's inputs ${known.map((name) => `"${name}"`).join(', ')}`,
    fix: 'Give one tensor for each input of the model, under its name.',
  });
}

/** Checks inputs against each other and the model. @returns the number of examples. */
export function checkInputs({ tensors }: Named, model: Model): number {
  const problem = (got: string, expected: string, fix: string) =>
    new AttributionError('inputs', { got, expected, fix });
  const declared = model.inputs;
  if (tensors.length === 0 || (declared && declared.length !== tensors.length)) {
    throw problem(
      `${tensors.length} input tensor(s)`,
      declared ? `${declared.length}: ${declared.map(({ name }) => name).join(', ')}` : 'at least one',
      'Give all inputs of the model, in order or by name.',
    );
  }
  tensors.forEach((tensor, i) => {
    const name = declared?.[i]?.name ?? String(i);
    if (!isTensor(tensor)) throw problem(`${typeof tensor} as input "${name}"`, 'a tensor', 'Make it a tensor first.');
    if (tensor.isDisposed)
      throw problem(`a disposed tensor as input "${name}"`, 'a live tensor', 'Keep it until the attribution is done.');
    if (tensor.rank === 0)
      throw problem(`a scalar as input "${name}"`, 'dim 0 to be the example', 'Use tf.expandDims(input, 0).');
    const shape = declared?.[i]?.shape;
    if (shape && !fits(tensor.shape, shape)) {
      throw problem(
        `shape [${tensor.shape}] as input "${name}"`,
        `[${shape.map((size) => size ?? 'examples').join(', ')}], which the model takes`,
        tensor.rank === shape.length - 1
          ? 'Dim 0 is the example: use tf.expandDims(input, 0).'
          : 'Reshape or resize the input.',
      );
    }
  });
  const counts = tensors.map((tensor) => tensor.shape[0] ?? 0);
  const [examples = 0] = counts;
  if (examples === 0) throw problem('an empty batch', 'at least one example in dim 0', 'Leave empty batches out.');
  if (counts.some((count) => count !== examples)) {
    throw problem(
      `inputs with ${counts.join(', ')} examples`,
      'as many in every input',
      'Dim 0 is the example in every tensor.',
    );
  }
  return examples;
}

const fits = (shape: readonly number[], declared: readonly (number | null)[]): boolean =>
  shape.length === declared.length && declared.every((size, i) => i === 0 || size === null || size === shape[i]);
