import { clone } from '@tensorflow/tfjs-core';
import { type AttributionMethod, defineMethod } from '@vitrum/core';

/** φ = the layer's activation. Explains no score: what the model computed there, to look at. One forward row per example. */
export const activation: () => AttributionMethod = defineMethod(
  'activation',
  { uses: [], deterministic: true, rowwise: true, layerOnly: true, targetless: true },
  () => async (probe) => (await probe.x()).map((values) => clone(values)),
);
