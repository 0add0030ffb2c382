import { type AttributionMethod, defineMethod, scores, spreadOver, withoutEach } from '@vitrum/core';

/**
 * φ_f = S(x) − S(x with feature f at the baseline), for every element of f.
 *
 * Like the inputs, or the layer; `baseline` and `features` in the same shape. By default every element is a feature; one
 * mask number in several inputs is one feature across them. One forward row per feature, and one each for x and the baseline.
 *
 * @see Zeiler & Fergus 2014, Visualizing and Understanding Convolutional Networks, §4.2; Captum's FeatureAblation
 */
export const featureAblation: () => AttributionMethod = defineMethod(
  'featureAblation',
  { uses: ['baseline', 'features'], deterministic: true, rowwise: true, baselineAt: 'site' },
  () => async (probe) => {
    const features = probe.features();
    const whole = await probe.scores();
    const without = await probe.run({ points: withoutEach(features), put: probe.site }, scores());
    const drops = without.map((score, i) => (whole[Math.floor(i / features.count)] ?? 0) - score);
    return spreadOver(features, await probe.x(), drops);
  },
);
