import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Tensors } from '@vitrum/core';

/**
 * Means over the samples of each example, a chunk of rows at a time: what is held does not grow with the samples. In
 * float64 and about the first sample, so that a variance is not lost in the square of a mean.
 */
export interface Moments {
  /** Adds rows of samples; `parent` is the example of each. */
  add(values: Tensors, parent: Int32Array): Promise<void>;
  /** `statistic` of every element. */
  of(statistic: (samples: Sampled) => number): Tensor[];
}

/** What is known of n samples: their mean and central moments, the mean powers of the deviation. */
export interface Sampled {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
  /** NaN unless moments up to the fourth were asked for. */
  readonly m4: number;
}

/** The standard error of a mean of n samples, from their own spread. */
export const standardErrorOfMean = ({ n, m2 }: Sampled): number => Math.sqrt(m2 / (n - 1));

/** The standard error of the variance m2, to the order of 1/√n. */
export const standardErrorOfVariance = ({ n, m2, m4 }: Sampled): number =>
  Math.sqrt(Math.max(0, m4 - m2 ** 2) / (n - 1));

interface Sums {
  /** Of one example. */
  readonly shape: readonly number[];
  readonly size: number;
  readonly start: Float64Array;
  /** Sums of the powers of the deviation from `start`, from the first on. */
  readonly powers: readonly Float64Array[];
}

/**
 * @param examples how many are sampled
 * @param highest moment that is asked for
 */
export function moments(examples: number, highest: 2 | 4 = 2): Moments {
  const counts = new Int32Array(examples);
  const sums: Sums[] = [];

  const begin = (values: Tensor): Sums => {
    const shape = values.shape.slice(1);
    const size = shape.reduce((product, n) => product * n, 1);
    const zeros = () => new Float64Array(examples * size);
    return { shape, size, start: zeros(), powers: Array.from({ length: highest }, zeros) };
  };

  return {
    async add(values, parent) {
      const data = await Promise.all(values.map((tensor) => tensor.data()));
      parent.forEach((example, row) => {
        const isFirst = counts[example] === 0;
        counts[example]!++;
        for (const [t, tensor] of values.entries()) {
          sums[t] ??= begin(tensor);
          const { size, start, powers } = sums[t];
          for (let i = 0; i < size; i++) {
            const [at, value] = [example * size + i, data[t]![row * size + i]!];
            if (isFirst) start[at] = value;
            const deviation = value - start[at]!;
            let power = 1;
            for (const sum of powers) sum[at]! += power *= deviation;
          }
        }
      });
    },
    of: (statistic) =>
      sums.map(({ shape, size, start, powers }) =>
        tensor(
          Float32Array.from(start, (first, at) => {
            const n = counts[Math.floor(at / size)] ?? 0;
            const [d = 0, d2 = 0, d3 = Number.NaN, d4 = Number.NaN] = powers.map((sum) => (sum[at] ?? 0) / n);
            return statistic({
              n,
              mean: first + d,
              m2: Math.max(0, d2 - d ** 2),
              m4: d4 - 4 * d * d3 + 6 * d ** 2 * d2 - 3 * d ** 4,
            });
          }),
          [examples, ...shape],
        ),
      ),
  };
}
