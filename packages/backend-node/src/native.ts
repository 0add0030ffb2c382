import { engine, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';

/** A number is a float, a list of numbers are integers: no operation here takes others. */
export type Attribute = boolean | string | number | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** The part of tfjs-node's backend that runs TensorFlow's operations by their names, one by one or in a SavedModel. */
interface NativeBackend {
  readonly binding: Readonly<Record<'TF_ATTR_BOOL' | 'TF_ATTR_STRING' | 'TF_ATTR_FLOAT' | 'TF_ATTR_INT', number>>;
  executeMultipleOutputs(
    name: string,
    attributes: readonly { name: string; type: number; value: Attribute }[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(
    id: number,
    inputs: readonly TensorInfo[],
    infos: readonly { name: string }[],
    outputs: readonly string[],
  ): Tensor[];
}

/** tfjs-node's backend: rules and kernels of this package run on it and no other. */
export const native = (): NativeBackend => engine().backend as unknown as NativeBackend;

/** Runs an operation of TensorFlow, also one for which TF.js has no kernel. Types are inferred from the inputs. */
export function runAll(
  operation: string,
  inputs: readonly Tensor[],
  attributes: Attributes = {},
  outputs: number = 1,
): Tensor[] {
  const backend = native();
  const typed = Object.entries(attributes).map(([name, value]) => ({ name, type: typeOf(value, backend), value }));
  return backend.executeMultipleOutputs(operation, typed, inputs, outputs);
}

/** The same for an operation that has one output. */
export function run(operation: string, inputs: readonly Tensor[], attributes?: Attributes): Tensor {
  const [output] = runAll(operation, inputs, attributes);
  if (!output) throw new Error(`${operation} has no output`);
  return output;
}

function typeOf(value: Attribute, { binding }: NativeBackend): number {
  if (typeof value === 'boolean') return binding.TF_ATTR_BOOL;
  if (typeof value === 'string') return binding.TF_ATTR_STRING;
  return typeof value === 'number' ? binding.TF_ATTR_FLOAT : binding.TF_ATTR_INT;
}
