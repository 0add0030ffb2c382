import type { Tensor } from '@tensorflow/tfjs-core';
import {
  type AttributeOptions,
  type AttributionMethod,
  type Baseline,
  contrast,
  distribution,
  type Inputs,
  layer,
  neuron,
  outputIndex,
  perExample,
  type Site,
  type Target,
} from '@vitrum/core';
import {
  type CaseFile,
  type Container,
  type MethodData,
  methodNames,
  type OneBaselineData,
  type SiteData,
  type TargetData,
  type TensorData,
} from './case';
import { entries, readTensor } from './tensors';

/** Methods by name, as the package `vitrum` lists them. */
export interface Registry {
  readonly methods: Readonly<Record<string, (options?: object) => AttributionMethod>>;
  /** Methods around a method, such as `smoothGrad`. */
  readonly wrappers: Readonly<Record<string, (inner: AttributionMethod, options?: object) => AttributionMethod>>;
}

/** The first name in a case's method that the registry does not have. */
export function unregistered(method: MethodData, { methods, wrappers }: Registry): string | undefined {
  return methodNames(method).find((name) => !(Object.hasOwn(methods, name) || Object.hasOwn(wrappers, name)));
}

/** The arguments of `attribute` for a case. The caller disposes `tensors`. */
export interface Call {
  readonly inputs: Inputs;
  readonly options: AttributeOptions;
  readonly tensors: readonly Tensor[];
}

export async function readCall({ golden, folder }: CaseFile, registry: Registry): Promise<Call> {
  const tensors: Tensor[] = [];
  const read = async (data: TensorData): Promise<Tensor> => {
    const value = await readTensor(data, folder);
    tensors.push(value);
    return value;
  };
  try {
    const method = makeMethod(golden.method, registry);
    const inputs = await readInputs(golden.inputs, read);
    const { target, at, baseline, features, seed } = golden;
    const options: AttributeOptions = {
      method,
      ...(target != null && { target: makeTarget(target) }),
      ...(at && { at: makeSite(at) }),
      ...(baseline != null && method.uses.includes('baseline') && { baseline: await readBaseline(baseline, read) }),
      ...(features && method.uses.includes('features') && { features: await readEach(features, read) }),
      ...(seed !== undefined && { seed }),
    };
    return { inputs, options, tensors };
  } catch (error) {
    for (const tensor of tensors) tensor.dispose();
    throw error;
  }
}

function makeMethod({ name, options, of }: MethodData, registry: Registry): AttributionMethod {
  const kind = of ? 'wrappers' : 'methods';
  const method = of ? registry.wrappers[name]?.(makeMethod(of, registry), options) : registry.methods[name]?.(options);
  if (!method) throw new Error(`"${name}" is not among the registered ${kind}`);
  return method;
}

/** One tensor by itself, several as a list, named ones as a record. */
async function readInputs(data: Container<TensorData>, read: (data: TensorData) => Promise<Tensor>): Promise<Inputs> {
  const named: [string, Tensor][] = [];
  for (const [name, value] of entries(data)) named.push([name, await read(value)]);
  if (!Array.isArray(data)) return Object.fromEntries(named);
  const list = named.map(([, value]) => value);
  const [only] = list;
  return only && list.length === 1 ? only : list;
}

function makeTarget(target: TargetData): Target {
  if (typeof target === 'number') return target;
  if ('perExample' in target) return perExample(target.perExample);
  if ('outputIndex' in target) return outputIndex(...target.outputIndex);
  if ('contrast' in target) return contrast(makeTarget(target.contrast[0]), makeTarget(target.contrast[1]));
  return neuron(makeSite(target.neuron), target.neuron.index);
}

const makeSite = ({ layer: name, side, call }: SiteData): Site =>
  layer(name, { ...(side && { side }), ...(call !== undefined && { call }) });

async function readBaseline(
  data: OneBaselineData | readonly OneBaselineData[],
  read: (data: TensorData) => Promise<Tensor>,
): Promise<Baseline> {
  const one = async (value: OneBaselineData) => {
    if (typeof value === 'number') return value;
    if (!('distribution' in value)) return read(value);
    return distribution(await read(value.distribution));
  };
  return bare(await eachOf(data, one));
}

async function readEach(
  data: TensorData | readonly TensorData[],
  read: (data: TensorData) => Promise<Tensor>,
): Promise<Tensor | Tensor[]> {
  return bare(await eachOf(data, read));
}

async function eachOf<T, R>(data: T | readonly T[], one: (value: T) => Promise<R>): Promise<R[]> {
  // `Array.isArray` does not narrow a readonly array.
  const list = Array.isArray(data) ? (data as readonly T[]) : [data as T];
  const results: R[] = [];
  for (const value of list) results.push(await one(value));
  return results;
}

const bare = <T>(list: T[]): T | T[] => (list.length === 1 && list[0] !== undefined ? list[0] : list);
