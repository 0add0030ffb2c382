import { AttributionError, type AttributionMethod, defineMethod, takeRows } from '@vitrum/core';
import { moments, standardErrorOfMean } from '../moments';
import { type DeepLiftOptions, deepLift } from './deep-lift';

/**
 * φ = mean of DeepLIFT over all rows of a distribution of baselines.
 *
 * Like the inputs, or the layer. Σφ = S(x) − mean S(b) up to `convergenceDelta`, as with `deepLift`. With several inputs,
 * row i of one goes with row i of the others. `standardError` is that of the mean over the rows. `baseline` must be a
 * `distribution`. For each of its rows two forward rows and one backward row per example; a batch of them is held at a time.
 *
 * @throws AttributionError `baseline` if it is no distribution or rows do not pair up; and as `deepLift`
 * @see Lundberg and Lee 2017, A Unified Approach to Interpreting Model Predictions, §4.2
 */
export const deepLiftShap: (options?: DeepLiftOptions) => AttributionMethod = defineMethod(
  'deepLiftShap',
  ({ multiplyByInputs = true }: DeepLiftOptions = {}) => ({
    uses: ['baseline'],
    deterministic: true,
    rowwise: true,
    complete: multiplyByInputs,
    distribution: true,
  }),
  (options: DeepLiftOptions = {}) => {
    const { attribute } = deepLift(options);
    return async (probe) => {
      const { inputs, distribution, examples } = probe;
      const counts = distribution.map(({ shape: [rows = 0] }) => rows);
      const [count = 0] = counts;
      if (counts.some((rows) => rows !== count)) {
        throw new AttributionError('baseline', {
          got: `distributions of ${counts.join(', ')} rows`,
          expected: 'as many for every input, since row i of one goes with row i of the others',
          fix: 'Give as many rows for each, or use gradientShap(), which draws them independently.',
        });
      }
      const sampled = moments(examples);
      const scores = new Float64Array(examples);
      const copies = probe.expand(count, (rows) => ({
        inputs: inputs.map((tensor) => rows.take(tensor)),
        baseline: distribution.map((tensor) => takeRows(tensor, rows.point)),
      }));
      for await (const copy of copies) {
        const { values, baselineScore } = await attribute(copy);
        await sampled.add(values, copy.parent);
        for (const tensor of values) tensor.dispose();
        copy.parent.forEach((example, row) => {
          scores[example]! += (baselineScore?.[row] ?? 0) / count;
        });
      }
      return {
        values: sampled.of(({ mean }) => mean),
        baselineScore: Float32Array.from(scores),
        ...(count > 1 && { standardError: sampled.of(standardErrorOfMean) }),
      };
    };
  },
);
