import { defineMethod, multiplyByDifference, path, sum } from '@vitrum/core';
import { describeMethod } from '@vitrum/testing';

/** φ = (x − x') ⊙ ∇S at the midpoint between baseline x' and input x. */
const midpointGradient = defineMethod(
  'midpointGradient',
  { uses: ['baseline'], deterministic: true, rowwise: true },
  () => async (probe) => {
    const { mean } = await probe.run({ points: path([0.5]), put: probe.site, grad: [probe.site] }, sum());
    return multiplyByDifference(probe, mean.flat());
  },
);

describeMethod('midpointGradient', midpointGradient, { backends: ['cpu'] });
