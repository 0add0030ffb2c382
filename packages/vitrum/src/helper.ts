import { workerData } from 'node:worker_threads';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { loadEfficientNetLite0 } from '@vitrum/efficientnet-lite0';
import { ruleSets } from '@vitrum/gradient-methods';
import { serve } from '@vitrum/workers';
import { openBackend } from './cli/backends';
import { loadModel } from './network/load';

/** What a thread of the command is told. */
export interface Told {
  readonly backend: string;
  /** As `--model`. */
  readonly model?: string | undefined;
}

// Without the greeting of TF.js.
enableProdMode();
const { backend, model }: Told = workerData;

const load = async () => {
  await openBackend(backend);
  return model === undefined ? loadEfficientNetLite0() : (await loadModel(model)).network;
};
serve(load, { ruleSets });
