import type { GradientTable } from '@vitrum/core';
import { openBackend } from '../backends';
import { describeCase, type KernelCase, outputsOf, pullBack, run } from './kernel-case';
import { draw, seededBy, type Values } from './values';

/** How a kernel's score moves along one random direction of one input, by central differences of the kernel itself. */
export interface Slope {
  readonly input: string;
  readonly numeric: number;
  /** What float32 made of the direction. */
  readonly way: Float64Array;
  /** How far rounding may have moved `numeric`. */
  readonly rounding: number;
}

/** One input of one call, as the rule and as the kernel itself has its derivative. */
export interface Check {
  readonly example: KernelCase;
  readonly input: string;
  readonly rule: number;
  readonly numeric: number;
  readonly tolerance: number;
}

/** Halving: the estimates of two neighbours agree best where neither curvature nor rounding rules. */
const steps = [1, 0.5, 0.25];
const directions = 2;

/** Compares a rule with its kernel, on the backend in use, at every input that the rule differentiates. */
export async function compareWithDifferences(
  kernel: string,
  example: KernelCase,
  table: GradientTable,
): Promise<Check[]> {
  const seeds = await drawSeeds(kernel, example);
  const gradients = await pullBack(kernel, example, seeds, table);
  return compare(example, gradients, await slopesOf(kernel, example, seeds, [...gradients.keys()]));
}

/**
 * The same for a call that the backend in use gets wrong: the rule there against differences on cpu, with the outputs
 * that cpu gives.
 */
export async function compareWithCpu(
  kernel: string,
  example: KernelCase,
  table: GradientTable,
  backend: string,
): Promise<Check[]> {
  await openBackend('cpu');
  const seeds = await drawSeeds(kernel, example);
  const outputs = await outputsOf(kernel, example);
  const slopes = await slopesOf(kernel, example, seeds, Object.keys(example.inputs));
  await openBackend(backend);
  return compare(example, await pullBack(kernel, example, seeds, table, outputs), slopes);
}

/** ∂S/∂outputs for a random score S, a weighted sum of the outputs. The same for the same shapes. */
export async function drawSeeds(kernel: string, example: KernelCase): Promise<Float32Array[]> {
  const outputs = await run(kernel, example);
  return seededBy(0, () => outputs.map(({ length }) => draw(length, -1, 1)));
}

/** The slopes of `S` at each of `names` that has one: a float or complex tensor that is not empty. */
export async function slopesOf(
  kernel: string,
  example: KernelCase,
  seeds: readonly Float32Array[],
  names: readonly string[],
): Promise<Slope[]> {
  const score = (outputs: readonly Float32Array[]) => outputs.reduce((sum, data, i) => sum + dot(seeds[i], data), 0);
  const noise = Math.hypot(
    ...(await run(kernel, example)).map((data, i) => Math.hypot(...data.map((y, j) => y * (seeds[i]?.[j] ?? 0)))),
  );
  const slopes: Slope[] = [];
  for (const [input, values] of Object.entries(example.inputs)) {
    if (!names.includes(input) || !isContinuous(values) || example.still?.includes(input)) continue;
    for (const direction of seededBy(1, () =>
      Array.from({ length: directions }, () => draw(values.data.length, -1, 1)),
    )) {
      const estimates = [];
      for (const share of steps) {
        const step = share * (example.reach ?? 0.02);
        const [up, down] = [moved(values, direction, step), moved(values, direction, -step)];
        const at = async (there: Values) => score(await run(kernel, replaced(example, input, there)));
        estimates.push({
          input,
          numeric: ((await at(up)) - (await at(down))) / (2 * step),
          way: Float64Array.from(up.data, (value, i) => (value - (down.data[i] ?? 0)) / (2 * step)),
          rounding: (4e-7 * noise) / step + 1e-6,
        });
      }
      slopes.push(mostStable(estimates));
    }
  }
  return slopes;
}

/** A check for each input that `gradients` names, of the direction where it is furthest off. */
export function compare(
  example: KernelCase,
  gradients: ReadonlyMap<string, Float32Array>,
  slopes: readonly Slope[],
): Check[] {
  return [...gradients].flatMap(([input, gradient]) => {
    const values = Object.entries(example.inputs).find(([name]) => name === input)?.[1];
    if (!values || !isContinuous(values) || example.still?.includes(input)) return [];
    const along = slopes.filter((slope) => slope.input === input);
    const checks = along.map(({ numeric, way, rounding }): Check => {
      const spread = Math.hypot(...gradient.map((g, i) => g * (way[i] ?? 0)));
      return { example, input, rule: dot(gradient, way), numeric, tolerance: 6e-4 * spread + rounding };
    });
    return checks.sort((a, b) => errorOf(b) - errorOf(a)).slice(0, 1);
  });
}

/** How far off, in tolerances: wrong above 1, and where it is no number. */
export function errorOf({ rule, numeric, tolerance }: Check): number {
  const error = Math.abs(rule - numeric) / tolerance;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

export const describeCheck = ({ example, input, rule, numeric, tolerance }: Check): string =>
  `${describeCase(example)}: to ${input} ${rule}, numerically ${numeric} ± ${tolerance}`;

const isContinuous = ({ dtype }: Values): boolean => dtype === 'float32' || dtype === 'complex64';

function mostStable(estimates: readonly Slope[]): Slope {
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

function replaced(example: KernelCase, name: string, values: Values): KernelCase {
  const { inputs } = example;
  if (Array.isArray(inputs)) {
    return { ...example, inputs: inputs.map((old, i) => (String(i) === name ? values : old)) };
  }
  return { ...example, inputs: { ...inputs, [name]: values } };
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
