import { clone, engine, getKernel, type NamedAttrMap, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type GradientTable, type GradientTools, seededRandom, type TapeNode } from '@vitrum/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from './golden/backends';

/** A tensor as data, so that the same case runs on any backend. */
export interface Values {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** One call of a kernel. */
export interface KernelCase {
  /** By name, or a list for the kernels that take one. */
  readonly inputs: Readonly<Record<string, Values>> | readonly Values[];
  readonly attrs?: NamedAttrMap;
  /** Backends whose forward kernel is wrong or missing for this call, and why. */
  readonly except?: Readonly<Record<string, string>>;
}

export type KernelCases = Readonly<Record<string, readonly KernelCase[]>>;

const random = seededRandom(1);
let draws = 0;
const draw = (size: number, low: number, high: number): Float32Array =>
  random.uniform({ example: 0, sample: draws++, tensor: 0 }, size, low, high);
const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Random values of [low, high). */
export function within(low: number, high: number, ...shape: number[]): Values {
  return { shape, dtype: 'float32', data: draw(sizeOf(shape), low, high) };
}

/** Random values of [−1.5, 1.5). */
export const smooth = (...shape: number[]): Values => within(-1.5, 1.5, ...shape);

/** Positive values, away from 0. */
export const positive = (...shape: number[]): Values => within(0.3, 2, ...shape);

/** Values of both signs at least 0.1 apart from each other and 0.05 from 0, in random order: no kink is near. */
export function distinct(...shape: number[]): Values {
  const size = sizeOf(shape);
  const keys = draw(size, 0, 1);
  const order = [...keys.keys()].sort((i, j) => (keys[i] ?? 0) - (keys[j] ?? 0));
  return {
    shape,
    dtype: 'float32',
    data: Float32Array.from(order, (rank) => (rank - Math.floor(size / 2) + 0.5) / 10),
  };
}

export const floats = (shape: number[], data: number[]): Values => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(data),
});

export const integers = (shape: number[], data: number[]): Values => ({
  shape,
  dtype: 'int32',
  data: Int32Array.from(data),
});

export const booleans = (shape: number[], data: number[]): Values => ({
  shape,
  dtype: 'bool',
  data: Uint8Array.from(data),
});

/** A derivative along one random direction, as the rule and as the kernel itself has it. */
export interface Comparison {
  readonly input: string;
  readonly rule: number;
  readonly numeric: number;
  readonly tolerance: number;
}

/** Halving: the estimates of two neighbours agree best where neither curvature nor rounding rules. */
const steps = [0.02, 0.01, 0.005];
const directions = 3;

/** Compares a rule with central differences of its kernel, on the backend in use, at every input that it differentiates. */
export async function compareWithDifferences(
  kernel: string,
  { inputs, attrs = {} }: KernelCase,
  table: GradientTable,
): Promise<Comparison[]> {
  const given = Object.entries(inputs);
  const outputs = await run(kernel, inputs, attrs);
  const seeds = outputs.map(({ shape }) => draw(sizeOf(shape), -1, 1));
  const score = async (changed: KernelCase['inputs']) =>
    (await run(kernel, changed, attrs)).reduce((total, { data }, i) => total + dot(seeds[i], data), 0);
  const noise = Math.hypot(
    ...outputs.map(({ data }, i) => Math.hypot(...data.map((y, j) => y * (seeds[i]?.[j] ?? 0)))),
  );
  const gradients = await pullBack(kernel, { inputs, attrs }, seeds, table);

  const comparisons: Comparison[] = [];
  for (const [input, values] of given) {
    const gradient = gradients.get(input);
    if (!gradient || values.dtype !== 'float32') continue;
    for (let i = 0; i < directions; i++) {
      const direction = draw(gradient.length, -1, 1);
      const at = async (step: number) => {
        const [up, down] = [moved(values, direction, step), moved(values, direction, -step)];
        const numeric = (await score(replaced(inputs, input, up))) - (await score(replaced(inputs, input, down)));
        // By what float32 made of the step.
        const way = Float64Array.from(up.data, (value, j) => value - (down.data[j] ?? 0));
        return { step, numeric: numeric / (2 * step), rule: dot(gradient, way) / (2 * step) };
      };
      const estimates = [];
      for (const step of steps) estimates.push(await at(step));
      const { step, numeric, rule } = mostStable(estimates);
      const spread = Math.hypot(...gradient.map((g, j) => g * (direction[j] ?? 0)));
      comparisons.push({ input, rule, numeric, tolerance: 3e-3 * spread + (1e-6 * noise) / step + 1e-6 });
    }
  }
  return comparisons;
}

/** Tests, on each backend, that every rule of `table` equals finite differences in all its `cases`. */
export function describeGradients(table: GradientTable, cases: KernelCases, backends: readonly string[]): void {
  describe.each(backends)('on %s', (backend) => {
    beforeAll(() => openBackend(backend));

    test.for(Object.keys(table).filter((kernel) => cases[kernel]))(
      'the rule of %s equals central finite differences',
      async (kernel, context) => {
        context.skip(!getKernel(kernel, backend), `${backend} has no ${kernel}`);
        const wrong: string[] = [];
        for (const example of cases[kernel] ?? []) {
          if (example.except?.[backend]) continue;
          const compared = await compareWithDifferences(kernel, example, table);
          if (compared.length === 0) wrong.push(`${describeCase(example)}: nothing was differentiated`);
          for (const { input, rule, numeric, tolerance } of compared) {
            if (Math.abs(rule - numeric) <= tolerance) continue;
            wrong.push(`${describeCase(example)}: to ${input} ${rule}, numerically ${numeric} ± ${tolerance}`);
          }
        }
        expect(wrong).toEqual([]);
      },
    );
  });
}

const describeCase = ({ inputs, attrs }: KernelCase): string =>
  [...Object.entries(inputs).map(([name, { shape }]) => `${name}[${shape}]`), JSON.stringify(attrs ?? {})].join(' ');

function mostStable<T extends { numeric: number }>(estimates: readonly T[]): T {
  const [first, ...rest] = estimates;
  if (!first) throw new Error('no estimates');
  let best = { estimate: first, change: Number.POSITIVE_INFINITY };
  let before = first;
  for (const estimate of rest) {
    const change = Math.abs(estimate.numeric - before.numeric);
    if (change < best.change) best = { estimate, change };
    before = estimate;
  }
  return best.estimate;
}

interface Output {
  readonly shape: number[];
  readonly data: Float32Array;
}

/** The kernel's float32 outputs; of the others nothing can be differentiated. */
async function run(kernel: string, inputs: KernelCase['inputs'], attrs: NamedAttrMap): Promise<Output[]> {
  const made = tidy(() => [engine().runKernel<Tensor | Tensor[]>(kernel, tensorsOf(inputs), attrs)].flat());
  const outputs = await Promise.all(made.map(async (t) => ({ shape: t.shape, data: floatData(t, await t.data()) })));
  for (const t of made) t.dispose();
  return outputs;
}

/** The rule's signal at each input for the signals `seeds` at the outputs; zeros where the derivative is zero by nature. */
export async function pullBack(
  kernel: string,
  { inputs, attrs = {} }: KernelCase,
  seeds: readonly ArrayLike<number>[],
  table: GradientTable,
): Promise<Map<string, Float32Array>> {
  const signals = tidy(() => {
    const given = tensorsOf(inputs);
    const outputs = [engine().runKernel<Tensor | Tensor[]>(kernel, given, attrs)].flat();
    const dys = outputs.map((output, i) => tensor(Float32Array.from(seeds[i] ?? []), output.shape));
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
        const signal = pullback === 'zero' ? tidy(() => tensor(new Float32Array(input.size), input.shape)) : pullback();
        expect(signal.shape).toEqual(input.shape);
        // A signal may be one that came in, or shared by two inputs.
        return [name, clone(signal)];
      }),
    );
  });
  const gradients = new Map<string, Float32Array>();
  for (const [name, signal] of Object.entries(signals)) {
    gradients.set(name, floatData(signal, await signal.data()));
    signal.dispose();
  }
  return gradients;
}

const tools: GradientTools = {
  weights: { of: (weight, _, transform) => transform(weight), dispose: () => undefined },
  has: (kernel) => getKernel(kernel, engine().backendName) !== undefined,
};

function tensorsOf(inputs: KernelCase['inputs']): Record<string, Tensor> {
  // Copied, since a tensor keeps the array it is given, and cpu's TensorScatterUpdate writes into its input.
  const tensors = Object.entries(inputs).map(
    ([name, { data, shape, dtype }]) => [name, tensor(data.slice(), shape, dtype)] as const,
  );
  // Kernels that take a list are given an array, under TF.js's type for named inputs.
  if (Array.isArray(inputs)) return tensors.map(([, t]) => t) as unknown as Record<string, Tensor>;
  return Object.fromEntries(tensors);
}

function floatData(t: Tensor, data: ArrayLike<number>): Float32Array {
  return t.dtype === 'float32' ? Float32Array.from(data) : new Float32Array(data.length);
}

function replaced(inputs: KernelCase['inputs'], name: string, values: Values): KernelCase['inputs'] {
  if (Array.isArray(inputs)) return inputs.map((old, i) => (String(i) === name ? values : old));
  return { ...inputs, [name]: values };
}

const moved = (values: Values, direction: Float32Array, step: number): Values => ({
  ...values,
  data: Float32Array.from(values.data, (value, i) => value + step * (direction[i] ?? 0)),
});

function dot(a: ArrayLike<number> | undefined, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < b.length; i++) total += (a?.[i] ?? 0) * (b[i] ?? 0);
  return total;
}
