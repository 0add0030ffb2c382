import { add, mul, sub, type Tensor, tensor } from '@tensorflow/tfjs-core';
import {
  AttributionError,
  type AttributionMethod,
  defineMethod,
  made,
  multiplyByDifference,
  type RowMap,
  sum,
  type Tensors,
  takeRows,
} from '@vitrum/core';
import { moments, standardErrorOfMean } from './moments';
import { checkSamples, deviationsOf, type NoiseOptions, noisy } from './noise';

export interface GradientShapOptions extends NoiseOptions {
  /** Draws for every example. @defaultValue 5 */
  readonly samples?: number;
  /** Standard deviation of the noise at the inputs, in their units: a number, or one for each input. @defaultValue 0 */
  readonly noise?: number | readonly number[];
  /** Whether gradients are multiplied by x − b. @defaultValue true */
  readonly multiplyByInputs?: boolean;
}

/**
 * φ = E[(x − b) ⊙ ∇S(b + α (x − b))] over rows b of the distribution and α of [0, 1]: expected gradients.
 *
 * Like the inputs, or the layer, where the point lies between x and b at the inputs and the difference is the layer's.
 * With several inputs, rows are drawn independently for each, and α is one for all. `standardError` is that of the mean
 * over the draws. `baseline` must be a `distribution`. `samples` forward and backward rows per example.
 *
 * @throws AttributionError `option`; `baseline` if it is no distribution
 * @see Erion et al. 2021, Improving performance of deep learning models with axiomatic attribution priors and expected
 * gradients, eq. 2; Lundberg and Lee 2017
 */
export const gradientShap: (options?: GradientShapOptions) => AttributionMethod = defineMethod(
  'gradientShap',
  { uses: ['baseline'], deterministic: false, rowwise: true, distribution: true },
  ({ samples = 5, noise = 0, multiplyByInputs = true }: GradientShapOptions = {}) => {
    checkSamples(samples);
    return async (probe) => {
      const { inputs, distribution, random } = probe;
      checkNumbers(inputs);
      const deviations = deviationsOf(noise, probe);
      const rowsOf = (rows: RowMap, t: number) => (row: number) => ({
        example: rows.example[row] ?? 0,
        sample: rows.point[row] ?? 0,
        tensor: t,
      });
      let alphas: number[] = [];
      const drawn = probe.expand(samples, (rows) => {
        const each = [...rows.example.keys()];
        const draw = (t: number, below: number) =>
          Int32Array.from(each, (row) => random.integers(rowsOf(rows, t)(row), 1, below)[0] ?? 0);
        alphas = each.map((row) => random.uniform(rowsOf(rows, 0)(row), 1)[0] ?? 0);
        return {
          inputs: inputs.map((x, t) => noisy(rows.take(x), rows, t, deviations[t] ?? 0, random)),
          baseline: distribution.map((rows, t) => takeRows(rows, draw(t, rows.shape[0] ?? 1))),
        };
      });
      const sampled = moments(probe.examples);
      for await (const copy of drawn) {
        const between = (x: Tensor, b: Tensor, rows: RowMap) => {
          const from = rows.take(b);
          const alpha = tensor(
            Array.from(rows.example, (copy) => alphas[copy] ?? 0),
            [rows.example.length, ...b.shape.slice(1).fill(1)],
          );
          return add(from, mul(alpha, sub(x, from)));
        };
        const points = made(1, (x, rows) => x.map((tensor, t) => between(tensor, copy.baseline[t] as Tensor, rows))); // one each
        const { mean } = await copy.run({ points, grad: [copy.site] }, sum());
        const values = multiplyByInputs ? await multiplyByDifference(copy, mean.flat()) : mean.flat();
        await sampled.add(values, copy.parent);
        for (const tensor of values) tensor.dispose();
      }
      return {
        values: sampled.of(({ mean }) => mean),
        ...(samples > 1 && { standardError: sampled.of(standardErrorOfMean) }),
      };
    };
  },
);

function checkNumbers(inputs: Tensors): void {
  const wrong = inputs.findIndex(({ dtype }) => dtype !== 'float32');
  if (wrong < 0) return;
  throw new AttributionError('inputs', {
    got: `input ${wrong} of type ${inputs[wrong]?.dtype}`,
    expected: 'float32, as points lie between it and its baseline',
    fix: 'Use deepLiftShap() or integratedGradients() at the embedding.',
  });
}
