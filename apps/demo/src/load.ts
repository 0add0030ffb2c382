import type { GraphModel } from '@tensorflow/tfjs-converter';
import { wasm } from '@vitrum/backend-wasm';
import { useBackend } from '@vitrum/core';
import { loadEfficientNetLite0 } from '@vitrum/efficientnet-lite0';

/** The network that is explained, on WebAssembly: the same in each thread. */
export async function load(): Promise<GraphModel> {
  await useBackend(wasm());
  return loadEfficientNetLite0();
}
