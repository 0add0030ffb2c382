import type { Tensor4D } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { type Attribution, attribute, prepare, useBackend } from '@vitrum/core';
import { integratedGradients } from '@vitrum/gradient-methods';
import '@vitrum/workers';
import { loadModel } from './model';

/** Explains a picture with two threads beside this one. */
export async function explain(picture: Tensor4D, load: URL): Promise<Attribution<Tensor4D>> {
  await useBackend(wasm());
  using model = await prepare(await loadModel(), { workers: { count: 2, load } });
  return await attribute(model, picture, { method: integratedGradients({ steps: 200 }) });
}
