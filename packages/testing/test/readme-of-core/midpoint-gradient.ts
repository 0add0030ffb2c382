import { type AttributionMethod, defineMethod, multiplyByDifference, path, sum } from '@vitrum/core';

/** φ = (x − x') ⊙ ∇S at the midpoint between baseline x' and input x. */
export const midpointGradient: () => AttributionMethod = defineMethod(
  'midpointGradient',
  { uses: ['baseline'], deterministic: true, rowwise: true },
  () => async (probe) => {
    const { mean } = await probe.run({ points: path([0.5]), grad: [probe.site] }, sum());
    return multiplyByDifference(probe, mean.flat());
  },
);
