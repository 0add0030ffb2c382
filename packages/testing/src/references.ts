import { slice, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Toy } from './models';

/** One number for one example, given as its flat values. */
export type RowScore = (example: Float32Array) => number | Promise<number>;

/** The output `target` of a model for one example. */
export const scoreOf =
  ({ predict, inputShape }: Pick<Toy, 'predict' | 'inputShape'>, target: number): RowScore =>
  async (example) => {
    const column = tidy((): Tensor => slice(predict(tensor(example, [1, ...inputShape])), [0, target], [1, 1]));
    const [score = Number.NaN] = await column.data();
    column.dispose();
    return score;
  };

const changed = (values: Float32Array, change: (value: number, i: number) => number): Float32Array =>
  Float32Array.from(values, change);

/** ∂S/∂xᵢ ≈ (S(x + h·eᵢ) − S(x − h·eᵢ)) / 2h. */
export async function slowGradient(score: RowScore, x: Float32Array, h = 1e-2): Promise<Float64Array> {
  const gradient = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const above = await score(changed(x, (value, j) => (j === i ? value + h : value)));
    const below = await score(changed(x, (value, j) => (j === i ? value - h : value)));
    gradient[i] = (above - below) / (2 * h);
  }
  return gradient;
}

/** φᵢ = (xᵢ − x′ᵢ) · ∫₀¹ ∂S/∂xᵢ(x′ + α(x − x′)) dα by the midpoint rule (Sundararajan et al. 2017, eq. 1). */
export async function slowIntegratedGradients(
  score: RowScore,
  x: Float32Array,
  baseline: Float32Array,
  steps = 200,
  h = 1e-2,
): Promise<Float64Array> {
  const sum = new Float64Array(x.length);
  for (let step = 0; step < steps; step++) {
    const alpha = (step + 0.5) / steps;
    const point = changed(baseline, (start, i) => start + alpha * ((x[i] ?? 0) - start));
    for (const [i, slope] of (await slowGradient(score, point, h)).entries()) sum[i] = (sum[i] ?? 0) + slope / steps;
  }
  return sum.map((mean, i) => mean * ((x[i] ?? 0) - (baseline[i] ?? 0)));
}

export interface Windows {
  readonly shape: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
}

/** Mean of S(x) − S(x without the window) over the windows that cover an element (Zeiler and Fergus 2014, §4.2). */
export async function slowOcclusion(
  score: RowScore,
  x: Float32Array,
  baseline: Float32Array,
  { shape, window, strides }: Windows,
): Promise<Float64Array> {
  const whole = await score(x);
  const [sum, count] = [new Float64Array(x.length), new Float64Array(x.length)];
  const counts = shape.map((size, d) => Math.ceil((size - (window[d] ?? 1)) / (strides[d] ?? 1)) + 1);
  for (const corner of everyIndex(counts)) {
    const inside = everyIndex(shape).map((index) =>
      index.every((at, d) => {
        const from = (corner[d] ?? 0) * (strides[d] ?? 1);
        return at >= from && at < from + (window[d] ?? 1);
      }),
    );
    const difference = whole - (await score(changed(x, (value, i) => (inside[i] ? (baseline[i] ?? 0) : value))));
    for (const [i, covered] of inside.entries()) {
      if (!covered) continue;
      sum[i] = (sum[i] ?? 0) + difference;
      count[i] = (count[i] ?? 0) + 1;
    }
  }
  return sum.map((total, i) => total / (count[i] ?? 0));
}

/**
 * φ_f = Σ over the coalitions C without f of |C|! (n − |C| − 1)! / n! · (S(C ∪ f) − S(C)) (Shapley 1953), for every
 * element of the feature. `features` names the feature of each element, from 0.
 */
export async function slowShapley(
  score: RowScore,
  x: Float32Array,
  baseline: Float32Array,
  features: ArrayLike<number>,
): Promise<Float64Array> {
  const n = Math.max(...Array.from(features)) + 1;
  const has = (coalition: number, feature: number): boolean => ((coalition >> feature) & 1) === 1;
  const scores: number[] = [];
  for (let coalition = 0; coalition < 2 ** n; coalition++) {
    scores.push(await score(changed(x, (value, i) => (has(coalition, features[i] ?? 0) ? value : (baseline[i] ?? 0)))));
  }
  const values = Float64Array.from({ length: n }, (_, feature) => {
    let value = 0;
    for (const [coalition, without] of scores.entries()) {
      if (has(coalition, feature)) continue;
      const size = Array.from({ length: n }, (_, f) => f).filter((f) => has(coalition, f)).length;
      const weight = (factorial(size) * factorial(n - size - 1)) / factorial(n);
      value += weight * ((scores[coalition + 2 ** feature] ?? 0) - without);
    }
    return value;
  });
  return Float64Array.from(features, (feature) => values[feature] ?? 0);
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** Every index of an array of this shape, in row-major order. */
function everyIndex(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (indices, size) => indices.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}
