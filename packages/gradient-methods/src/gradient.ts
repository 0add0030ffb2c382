import { type AttributionMethod, asIs, defineMethod, sum } from '@vitrum/core';

/**
 * φ = ∂S/∂x: how the score answers to a small change, with its sign.
 *
 * Like the inputs, or the layer. One forward and one backward row per example.
 *
 * @see Baehrens et al. 2010, How to Explain Individual Classification Decisions, eq. 3
 */
export const gradient: () => AttributionMethod = defineMethod(
  'gradient',
  { uses: [], deterministic: true, rowwise: true },
  () => async (probe) => {
    const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
    return mean.flat();
  },
);
