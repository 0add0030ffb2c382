import type { Tensor } from '@tensorflow/tfjs-core';
import type { Attribution } from '@vitrum/core';

type Run = (seed: number) => Promise<Attribution<Tensor>>;

/** Over runs with 20 seeds: the spread of every value, and the root mean square of its reported standard error. */
export async function overSeeds(run: Run): Promise<{ mean: number[]; spread: number[]; reported: number[] }> {
  const values: Float32Array[] = [];
  const errors: Float32Array[] = [];
  for (let seed = 0; seed < 20; seed++) {
    const why = await run(seed);
    values.push(await numbers(why.values));
    errors.push(await numbers(why.standardError));
    why.dispose();
  }
  const over = (runs: readonly Float32Array[], of: (all: number[]) => number) =>
    Array.from(runs[0] ?? [], (_, i) => of(runs.map((run) => run[i] ?? Number.NaN)));
  const average = (all: number[]) => all.reduce((a, b) => a + b, 0) / all.length;
  return {
    mean: over(values, average),
    spread: over(values, (all) => {
      const mean = average(all);
      return Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (all.length - 1));
    }),
    reported: over(errors, (all) => Math.sqrt(average(all.map((v) => v ** 2)))),
  };
}

async function numbers(values: Tensor | undefined): Promise<Float32Array> {
  return Float32Array.from((await values?.data()) ?? []);
}
