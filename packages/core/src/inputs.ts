import type { Tensor } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import type { InputInfo, Model, Named } from './model/model';
import type { Tensors } from './tape/node';

/** Inputs of a model: dim 0 of every tensor is the example. Results mirror the container. */
export type Inputs = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** A container of tensors taken apart, and how to put others in its place. */
export interface Container extends Named {
  rebuild(values: Tensors): Inputs;
  /** Further inputs of the model, which are not attributed. */
  readonly context: Tensors;
  /** All that the model takes, in its own order. */
  arrange(inputs: Tensors, context: Tensors): Named;
}

export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dataId' in value;

/**
 * Takes a container apart; a record in the order of the model's inputs.
 *
 * Without names the context comes behind the inputs. A record as context takes the inputs of the model that it names, and
 * the others are left for the inputs.
 */
export function open(inputs: Inputs, model: Model, context?: Inputs): Container {
  const given = parts(inputs, 'inputs');
  const further = context === undefined ? { tensors: [] } : parts(context, 'context');
  const mirror = (values: Tensors) => (isTensor(inputs) ? (values[0] as Tensor) : [...values]); // one in, one out
  if (further.names && !given.names) return besideNames(given, mirror, { ...further, names: further.names }, model);
  if (given.names && context !== undefined && !further.names) {
    throw new AttributionError('inputs', {
      got: 'inputs with names and a context without',
      expected: 'both as records',
      fix: 'Name the context after the inputs of the model that it is for.',
    });
  }
  if (!given.names) {
    return { ...given, rebuild: mirror, context: further.tensors, arrange: (a, b) => ({ tensors: [...a, ...b] }) };
  }
  const order = orderOf([...given.names, ...(further.names ?? [])], model);
  const names = order.filter((name) => given.names?.includes(name));
  const besides = order.filter((name) => !names.includes(name));
  const pick = (all: Unnamed, wanted: readonly string[]) =>
    wanted.map((name) => all.tensors[all.names?.indexOf(name) ?? -1] as Tensor); // each is there
  return {
    names,
    tensors: pick(given, names),
    rebuild: (values) => Object.fromEntries(names.map((name, i) => [name, values[i] as Tensor])),
    context: pick(further, besides),
    arrange(a, b) {
      const all = { names: [...names, ...besides], tensors: [...a, ...b] };
      return { names: order, tensors: pick(all, order) };
    },
  };
}

type Unnamed = { readonly tensors: Tensors; readonly names?: readonly string[] };

function parts(inputs: Inputs, what: string): Unnamed {
  if (isTensor(inputs)) return { tensors: [inputs] };
  if (Array.isArray(inputs)) return { tensors: inputs };
  if (typeof inputs === 'object' && inputs !== null) {
    return { names: Object.keys(inputs), tensors: Object.values(inputs) };
  }
  throw new AttributionError('inputs', {
    got: inputs === null ? `null as ${what}` : `${what} of type ${typeof inputs}`,
    expected: 'a tensor, an array of tensors or a record of tensors',
    fix: 'Make a tensor first, for example tf.tensor4d(pixels, [1, height, width, 3]).',
  });
}

/** Inputs in order, and a context that names its places among the model's inputs. */
function besideNames(
  inputs: Unnamed,
  mirror: Container['rebuild'],
  context: Required<Unnamed>,
  model: Model,
): Container {
  const known = model.inputs && namesOf(model.inputs, context.names);
  const strange = context.names.find((name) => !known?.includes(name));
  if (!known || strange !== undefined) {
    throw new AttributionError('inputs', {
      got: `a context named "${strange ?? context.names[0]}"`,
      expected: known
        ? `names among the model's inputs ${quoted(known)}`
        : 'a context without names, as the inputs of this function have none',
      fix: known ? 'Name the context after inputs of the model.' : 'Give the context as a tensor or an array.',
    });
  }
  return {
    ...inputs,
    rebuild: mirror,
    context: context.tensors,
    arrange(given, further) {
      const rest = [...given];
      const tensors = known.flatMap((name) => further[context.names.indexOf(name)] ?? rest.shift() ?? []);
      return { tensors: [...tensors, ...rest] };
    },
  };
}

/** What the model's inputs are called: as those given are, where that is by their nodes. */
function namesOf(inputs: readonly InputInfo[], given: readonly string[]): string[] {
  const nodes = inputs.map(({ name, node = name }) => node);
  return given.every((name) => nodes.includes(name)) ? nodes : inputs.map(({ name }) => name);
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function orderOf(given: readonly string[], model: Model): readonly string[] {
  const twice = given.find((name, i) => given.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new AttributionError('inputs', {
      got: `"${twice}" among the inputs and in the context`,
      expected: 'every input of the model once',
      fix: 'Attribute it or give it as context.',
    });
  }
  if (!model.inputs) return given;
  const known = namesOf(model.inputs, given);
  const wrong = given.find((name) => !known.includes(name)) ?? known.find((name) => !given.includes(name));
  if (wrong === undefined) return known;
  throw new AttributionError('inputs', {
    got: `inputs named ${quoted(given)}`,
    expected: `the model's inputs ${quoted(known)}`,
    fix: 'Give one tensor for each input of the model, under its name; those not attributed as `context`.',
  });
}

/** Checks all that a model takes against each other and the model. @returns the number of examples. */
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
