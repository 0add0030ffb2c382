import { concat, dispose, slice, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { AttributionError, type Probe, path, scores, type Tensors } from '@vitrum/core';

export interface UntilCompleteOptions {
  /** How far from completeness is near enough, as a share of S(x) − S(x′). @defaultValue 0.01 */
  readonly tolerance?: number;
  /** Most points on the path. @defaultValue 1024 */
  readonly maxSteps?: number;
}

/** What a number of steps gives: the values, and what they are multiplied to before they should sum to S(x) − S(x′). */
export interface Refinement {
  readonly values: Tensors;
  readonly contributions: Tensors;
}

/** @throws AttributionError `option` */
export function checkUntilComplete({ tolerance = 0.01, maxSteps = 1024 }: UntilCompleteOptions): void {
  const problem = (got: string, expected: string) =>
    new AttributionError('option', { got, expected, fix: 'Leave it out for the default.' });
  if (!(tolerance > 0)) throw problem(`tolerance ${tolerance}`, 'a positive number');
  if (!(Number.isInteger(maxSteps) && maxSteps > 0)) throw problem(`maxSteps ${maxSteps}`, 'a positive whole number');
}

/**
 * Doubles the steps from 16 on until |Σ contributions − ΔS| ≤ max(tolerance · |ΔS|, 10⁻⁴) with ΔS = S(x) − S(x; site := reference),
 * or `maxSteps` is reached, and notes the steps used and which examples stayed further from completeness.
 *
 * Each example stops on its own, so that it has the values it would have alone; those that others go on for are passed over.
 */
export async function untilComplete(
  probe: Probe,
  { tolerance = 0.01, maxSteps = 1024 }: UntilCompleteOptions,
  at: (steps: number) => Promise<Refinement>,
): Promise<Tensors> {
  const end = await probe.scores();
  const start = await probe.run({ points: path([0]), put: probe.site }, scores());
  const rows: (Tensors | undefined)[] = Array.from({ length: probe.examples });
  const used: number[] = [];
  const missed: number[] = [];
  let made: Tensor[] = [];
  try {
    for (let steps = Math.min(16, maxSteps); rows.includes(undefined); steps = Math.min(2 * steps, maxSteps)) {
      const { values, contributions } = await at(steps);
      made = [...new Set([...values, ...contributions])];
      const sums = await sumsOf(contributions, probe.examples);
      rows.forEach((settled, e) => {
        const difference = (end[e] ?? 0) - (start[e] ?? 0);
        const gap = Math.abs((sums[e] ?? 0) - difference);
        const isNear = gap <= Math.max(tolerance * Math.abs(difference), 1e-4);
        if (settled || (!isNear && steps < maxSteps)) return;
        if (!isNear) missed.push(e);
        rows[e] = values.map((tensor) =>
          slice(tensor, [e, ...tensor.shape.slice(1).map(() => 0)], [1, ...tensor.shape.slice(1)]),
        );
        used[e] = steps;
      });
      dispose(made.splice(0));
    }
    const several = new Set(used).size > 1;
    probe.note(`${several ? used.join(', ') : used[0]} steps along the path${several ? ', by example' : ''}.`);
    if (missed.length > 0) {
      const which = probe.examples > 1 ? ` for ${missed.length > 1 ? 'examples' : 'example'} ${missed.join(', ')}` : '';
      probe.note(`Completeness within ${tolerance} is missed${which}: maxSteps ${maxSteps} were not enough.`);
    }
    return tidy(() =>
      (rows[0] ?? []).map((_, t) =>
        concat(
          rows.map((row) => row?.[t] as Tensor),
          0,
        ),
      ),
    ); // each is there
  } finally {
    dispose(made);
    for (const row of rows) dispose([...(row ?? [])]);
  }
}

/** Σ over all elements of each example, in float64. */
async function sumsOf(tensors: Tensors, examples: number): Promise<Float64Array> {
  const sums = new Float64Array(examples);
  for (const tensor of tensors) {
    const data = await tensor.data();
    const size = data.length / examples;
    for (let e = 0; e < examples; e++) {
      for (let i = e * size; i < (e + 1) * size; i++) sums[e] = (sums[e] ?? 0) + (data[i] ?? 0);
    }
  }
  return sums;
}
