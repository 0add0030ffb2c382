import { add, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import {
  type AttributionMethod,
  asIs,
  attribute,
  defineMethod,
  type Inputs,
  type ModelLike,
  made,
  type Probe,
  type Site,
  scores,
  sum,
  type Target,
} from '@vitrum/core';
import { seededNumbers } from '../seeded';

export interface DirectionalOptions {
  /** @defaultValue predicted() */
  readonly target?: Target;
  /** @defaultValue the inputs */
  readonly at?: Site;
  /** Lengths of the steps to both sides, the largest first. @defaultValue 0.04, halved three times */
  readonly steps?: readonly number[];
  /** Random directions beside that of the gradient itself. @defaultValue 2 */
  readonly directions?: number;
  /** How far the derivatives may be apart, as a share of the gradient's length. @defaultValue 2e-3 */
  readonly tolerance?: number;
}

/** How fast one example's score changes along one direction: by the gradient, and by moving there. */
export interface DirectionalDerivative {
  readonly direction: string;
  readonly example: number;
  /** ∇S · u. */
  readonly gradient: number;
  /** (S(x + hu) − S(x − hu)) / 2h for each step h. */
  readonly differences: readonly number[];
  /** What they tend to as h does to 0, from the two neighbours that agree best: neither curvature nor rounding rules there. */
  readonly numeric: number;
  /** How far the two may be apart. */
  readonly allowed: number;
}

/** What is lost of a score in float32, as a share of the largest. */
const rounding = 1e-6;

/**
 * Rejects unless the gradient of the whole model agrees with central differences of its scores, for every example, along
 * the gradient and along random directions. A gradient too small to be told from rounding is rejected as well: it would
 * pass whatever it was.
 */
export async function directionalCheck(
  model: ModelLike,
  inputs: Inputs,
  options: DirectionalOptions = {},
): Promise<void> {
  const derivatives = await directionalDerivatives(model, inputs, options);
  const along = derivatives.filter(({ direction }) => direction === 'the gradient');
  if (!along.some(({ gradient, allowed }) => gradient > 20 * allowed)) {
    throw new Error(`the gradient is too small to be checked: its length is ${along.map((d) => d.gradient)}`);
  }
  const wrong = derivatives.filter(({ gradient, numeric, allowed }) => !(Math.abs(gradient - numeric) <= allowed));
  if (wrong.length > 0) throw new Error(wrong.map(describe).join('\n'));
}

const describe = ({ direction, example, gradient, differences, allowed }: DirectionalDerivative): string =>
  `example ${example} along ${direction}: ${gradient}, by differences ${differences.join(', ')} (allowed: ${allowed.toExponential(1)})`;

/** Both derivatives, whether or not they agree. */
export async function directionalDerivatives(
  model: ModelLike,
  inputs: Inputs,
  { target, at, ...options }: DirectionalOptions = {},
): Promise<DirectionalDerivative[]> {
  const found: DirectionalDerivative[] = [];
  const method = measuring(options, found);
  (await attribute(model, inputs, { method, ...(target !== undefined && { target }), ...(at && { at }) })).dispose();
  return found;
}

const measuring: (options: DirectionalOptions, into: DirectionalDerivative[]) => AttributionMethod = defineMethod(
  'directionalDerivatives',
  { uses: [], deterministic: true, rowwise: true },
  ({ steps = [0.04, 0.02, 0.01, 0.005], directions = 2, tolerance = 2e-3 }, into) =>
    async (probe) => {
      const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
      const gradient = mean.flat();
      const values = await joined(gradient, probe.examples);
      const random = (seed: number) => values.map((row, example) => seededNumbers(1000 * seed + example, row.length));
      const tried: [string, readonly Float32Array[]][] = [
        ['the gradient', values],
        ...Array.from({ length: directions }, (_, i): [string, Float32Array[]] => [
          `random direction ${i + 1}`,
          random(i + 1),
        ]),
      ];
      for (const [direction, rows] of tried) {
        const units = rows.map(unit);
        const moved = await scoresAlong(probe, gradient, units, steps);
        for (const [example, u] of units.entries()) {
          const own = moved.subarray(2 * steps.length * example, 2 * steps.length * (example + 1));
          const differences = steps.map((step, k) => ((own[2 * k] ?? 0) - (own[2 * k + 1] ?? 0)) / (2 * step));
          const best = mostStable(differences);
          const size = Math.max(...own.map(Math.abs));
          into.push({
            direction,
            example,
            gradient: dot(values[example], u),
            differences,
            numeric: limit(steps, differences, best),
            allowed: tolerance * lengthOf(values[example] ?? u) + (rounding * size) / (steps[best] ?? 1),
          });
        }
      }
      return gradient;
    },
);

/** S at x + hu and x − hu for every step h, example by example. */
function scoresAlong(
  probe: Probe,
  like: readonly Tensor[],
  units: readonly Float32Array[],
  steps: readonly number[],
): Promise<Float32Array> {
  const count = 2 * steps.length;
  const points = made(count, (x, rows) => {
    const ways = Array.from(rows.point, (point) => (steps[point >> 1] ?? 0) * (point % 2 === 0 ? 1 : -1));
    let start = 0;
    return x.map((tensorAt, t) => {
      const size = (like[t]?.size ?? 0) / probe.examples;
      const from = start;
      start += size;
      const parts = Array.from(rows.example, (example) => units[example]?.subarray(from, from + size) ?? []);
      const shape = [ways.length, ...tensorAt.shape.slice(1)];
      const way = tensor(ways, [ways.length, ...tensorAt.shape.slice(1).map(() => 1)]);
      return tidy(() => add(tensorAt, mul(way, tensor(Float32Array.from(parts.flatMap((part) => [...part])), shape))));
    });
  });
  return probe.run({ points, put: probe.site }, scores());
}

/** What all tensors together hold for each example. */
async function joined(tensors: readonly Tensor[], examples: number): Promise<Float32Array[]> {
  const data = await Promise.all(tensors.map((t) => t.data()));
  return Array.from({ length: examples }, (_, e) =>
    Float32Array.from(
      data.flatMap((values) => [
        ...values.subarray((e * values.length) / examples, ((e + 1) * values.length) / examples),
      ]),
    ),
  );
}

const lengthOf = (row: Float32Array): number => Math.sqrt(row.reduce((total, value) => total + value ** 2, 0));

function unit(row: Float32Array): Float32Array {
  const length = lengthOf(row);
  return row.map((value) => (length > 0 ? value / length : 0));
}

const dot = (a: Float32Array | undefined, b: Float32Array): number =>
  b.reduce((total, value, i) => total + value * (a?.[i] ?? 0), 0);

/** The differences at entry `i` and the one before taken on to h = 0, as their error grows with h² (Richardson 1911). */
function limit(steps: readonly number[], differences: readonly number[], i: number): number {
  const [wide = Number.NaN, narrow = Number.NaN] = differences.slice(i - 1, i + 1);
  const ratio = ((steps[i - 1] ?? 0) / (steps[i] ?? 1)) ** 2;
  return (ratio * narrow - wide) / (ratio - 1);
}

/** The index of the entry that changed least from the one before. */
function mostStable(entries: readonly number[]): number {
  const changes = entries.slice(1).map((entry, i) => Math.abs(entry - (entries[i] ?? 0)));
  return changes.indexOf(Math.min(...changes)) + 1;
}
