import {
  clone,
  complex,
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type Tensor,
  tensor,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { GradientTable, GradientTools, TapeNode } from '@vitrum/core';
import { gradients } from '@vitrum/core/gradients';
import { refusedByNode } from './refused-by-node';
import type { Values } from './values';

/** One call of a kernel. */
export interface KernelCase {
  /** By name, or a list for the kernels that take one. */
  readonly inputs: Readonly<Record<string, Values>> | readonly Values[];
  readonly attrs?: NamedAttrMap;
  /** How far to move the inputs, where a kink is near. @defaultValue 0.02 */
  readonly reach?: number;
  /** Inputs that sit on a kink, where the kernel has no derivative to compare with. */
  readonly still?: readonly string[];
  /** Backends whose forward kernel is wrong or missing for this call, and why. */
  readonly except?: Readonly<Record<string, string>>;
}

/** Cases by kernel name. */
export type KernelCases = Readonly<Record<string, readonly KernelCase[]>>;

/** Why a case says nothing on `backend`: its own kernel is wrong there, or knows no complex numbers. */
export function excepted(kernel: string, example: KernelCase, backend: string): string | undefined {
  const { inputs, attrs, except } = example;
  const complex = attrs?.dtype === 'complex64' || Object.values(inputs).some(({ dtype }) => dtype === 'complex64');
  if (complex && !getKernel('Complex', getBackend())) return 'knows no complex numbers';
  return except?.[backend] ?? (backend === 'node' ? refusedByNode(kernel, example) : undefined);
}

export const describeCase = ({ inputs, attrs }: KernelCase): string =>
  [
    ...Object.entries(inputs).map(([name, { shape, dtype }]) => `${name}[${shape}]${dtype === 'float32' ? '' : dtype}`),
    JSON.stringify(attrs ?? {}),
  ].join(' ');

/** What the kernel gives on the backend in use. */
export async function outputsOf(kernel: string, { inputs, attrs = {} }: KernelCase): Promise<Values[]> {
  const made = tidy(() => [engine().runKernel<Tensor | Tensor[]>(kernel, tensorsOf(inputs), attrs)].flat());
  try {
    return await Promise.all(
      made.map(async (t) => {
        const { shape, dtype } = t;
        if (dtype === 'string') throw new Error(`${kernel} gives text`);
        return { shape, dtype, data: await t.data() };
      }),
    );
  } finally {
    for (const t of made) t.dispose();
  }
}

/** The data of each output that can be differentiated; zeros for any other. */
export async function run(kernel: string, example: KernelCase): Promise<Float32Array[]> {
  return (await outputsOf(kernel, example)).map(continuous);
}

/**
 * A rule's signal at each input for the signals `seeds` at the outputs, ones where there is none for an output; zeros
 * where the derivative is zero by nature.
 *
 * @param instead outputs for the rule to see; by default those that the kernel gives.
 */
export async function pullBack(
  kernel: string,
  { inputs, attrs = {} }: KernelCase,
  seeds: readonly ArrayLike<number>[],
  table: GradientTable,
  instead?: readonly Values[],
): Promise<Map<string, Float32Array>> {
  const signals = tidy(() => {
    const given = tensorsOf(inputs);
    const outputs = instead?.map(tensorOf) ?? [engine().runKernel<Tensor | Tensor[]>(kernel, given, attrs)].flat();
    const dys = outputs.map((output, i) => signalFor(output, seeds[i]));
    const node: TapeNode = {
      kernel,
      index: 0,
      attrs,
      names: Object.keys(given),
      inputs: Object.values(given),
      outputs,
      producer: () => undefined,
      dependsOnPut: () => true,
    };
    const pullbacks = table[kernel]?.(node, dys, tools) ?? {};
    return Object.fromEntries(
      Object.entries(pullbacks).map(([name, pullback]) => {
        const input = given[name];
        if (!input) throw new Error(`the rule of ${kernel} names an input "${name}" that it was not given`);
        const signal = pullback === 'zero' ? zerosLike(input) : pullback();
        if (String(signal.shape) !== String(input.shape)) {
          throw new Error(`the rule of ${kernel} gives [${signal.shape}] for "${name}" of shape [${input.shape}]`);
        }
        // A signal may be one that came in, or shared by two inputs.
        return [name, clone(signal)];
      }),
    );
  });
  const gradients = new Map<string, Float32Array>();
  for (const [name, signal] of Object.entries(signals)) {
    gradients.set(name, Float32Array.from(await signal.data()));
    signal.dispose();
  }
  return gradients;
}

const tools: GradientTools = {
  gradients,
  weights: { of: (weight, _, transform) => transform(weight), dispose: () => undefined },
  has: (kernel) => getKernel(kernel, engine().backendName) !== undefined,
};

function tensorsOf(inputs: KernelCase['inputs']): Record<string, Tensor> {
  const tensors = Object.entries(inputs).map(([name, values]) => [name, tensorOf(values)] as const);
  // Kernels that take a list are given an array, under TF.js's type for named inputs.
  if (Array.isArray(inputs)) return tensors.map(([, t]) => t) as unknown as Record<string, Tensor>;
  return Object.fromEntries(tensors);
}

function tensorOf({ data, shape, dtype }: Values): Tensor {
  if (dtype === 'complex64') return complexTensor(Float32Array.from(data), shape);
  // Copied, since a tensor keeps the array it is given, and cpu's TensorScatterUpdate writes into its input.
  return tensor(data.slice(), shape, dtype);
}

function complexTensor(interleaved: Float32Array, shape: number[]): Tensor {
  const part = (offset: number) =>
    tensor(
      Float32Array.from({ length: interleaved.length / 2 }, (_, i) => interleaved[2 * i + offset] ?? 0),
      shape,
    );
  return complex(part(0), part(1));
}

function signalFor(output: Tensor, given?: ArrayLike<number>): Tensor {
  const complex = output.dtype === 'complex64';
  const seed = given ? Float32Array.from(given) : new Float32Array(output.size * (complex ? 2 : 1)).fill(1);
  return complex ? complexTensor(seed, output.shape) : tensor(seed, output.shape);
}

const continuous = ({ dtype, data }: Values): Float32Array =>
  dtype === 'float32' || dtype === 'complex64' ? Float32Array.from(data) : new Float32Array(data.length);
