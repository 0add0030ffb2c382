import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';

export type LoadedModel = LayersModel | GraphModel;

/** Models by folder, each loaded once. */
export interface ModelStore {
  load(folder: string): Promise<LoadedModel>;
  /** Disposes every model that was loaded. */
  dispose(): Promise<void>;
}

export function modelStore(): ModelStore {
  const models = new Map<string, Promise<LoadedModel>>();
  return {
    load(folder) {
      const model = models.get(folder) ?? loadModel(folder);
      models.set(folder, model);
      return model;
    },
    async dispose() {
      for (const model of await Promise.allSettled(models.values())) {
        if (model.status === 'fulfilled') disposeModel(model.value);
      }
      models.clear();
    },
  };
}

/** Loads a folder with `model.json` and its weights, as a GraphModel if its topology is a list of nodes. The caller disposes it. */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const json: io.ModelJSON = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  const isGraph = 'node' in json.modelTopology;
  const topology = isGraph ? json.modelTopology : withoutInitializers(json.modelTopology);
  const artifacts = await io.getModelArtifactsForJSON({ ...json, modelTopology: topology }, async (manifest) => {
    const shards = await Promise.all(
      manifest.flatMap(({ paths }) => paths).map((path) => readFile(join(folder, path))),
    );
    return [manifest.flatMap(({ weights }) => weights), Uint8Array.from(Buffer.concat(shards)).buffer];
  });
  const source: io.IOHandler = { load: async () => artifacts };
  return isGraph ? loadGraphModel(source) : loadLayersModel(source);
}

/** Disposes a model with all its weights: `LayersModel.dispose` leaves those of a layer that is called more than once. */
export function disposeModel(model: LoadedModel): void {
  if (!('layers' in model)) {
    model.dispose();
    return;
  }
  for (const layer of model.layers.filter(({ weights }) => weights.length > 0)) {
    while (layer.dispose().refCountAfterDispose > 0);
  }
}

/**
 * The topology with zeros in place of every initializer: the weights are in the file, and the random initializers of
 * recurrent layers are slow and may need ops that only the union package `@tensorflow/tfjs` adds to tensors.
 */
function withoutInitializers(topology: object): object {
  return JSON.parse(
    JSON.stringify(topology, (key, value) =>
      key.endsWith('_initializer') && value ? { class_name: 'Zeros', config: {} } : value,
    ),
  );
}
