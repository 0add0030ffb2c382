import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { nearbyFiles, reasonOf, wrong } from '../errors';

/** A model of TensorFlow.js from the disk. */
export interface Loaded {
  readonly network: LayersModel | GraphModel;
  readonly kind: 'layers' | 'graph';
  /** Where its `model.json` lies. */
  readonly folder: string;
  /** What to call it: the name of its folder, or of its file where that is not `model.json`. */
  readonly name: string;
}

/**
 * Loads what `model.save` and tensorflowjs_converter write: a folder with a `model.json`, or that file, and its weights
 * beside it.
 *
 * @throws AttributionError `model` if a file is missing or not what it should be
 */
export async function loadModel(path: string): Promise<Loaded> {
  const file = await modelFile(path);
  const folder = dirname(file);
  const model = await parsed(file);
  const kind = kindOf(model);
  if (!kind)
    throw wrong(
      'model',
      `"${file}", which holds no model of TensorFlow.js`,
      'a LayersModel or a GraphModel',
      'Write one with model.save() or with tensorflowjs_converter.',
    );
  const load = () =>
    io.getModelArtifactsForJSON(model, async (manifest) => {
      const specs = io.getWeightSpecs(manifest);
      const weights = await Promise.all(manifest.flatMap(({ paths }) => paths).map((name) => weightsOf(folder, name)));
      return [specs, io.concatenateArrayBuffers(weights)];
    });
  try {
    const network =
      kind === 'graph'
        ? await (await import('@tensorflow/tfjs-converter')).loadGraphModel({ load })
        : await (await import('@tensorflow/tfjs-layers')).loadLayersModel({ load });
    const named = basename(file, '.json');
    return { network, kind, folder, name: named === 'model' ? basename(resolve(folder)) : named };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AttributionError') throw cause;
    const [why = ''] = reasonOf(cause).split('\n');
    throw wrong(
      'model',
      `"${file}", which TensorFlow.js cannot load (${why.replace(/\.$/, '')})`,
      'a whole model and its weights',
      'Convert or save it anew; layers of your own are not known here.',
      cause,
    );
  }
}

async function modelFile(path: string): Promise<string> {
  try {
    return (await stat(path)).isDirectory() ? join(path, 'model.json') : path;
  } catch (cause) {
    const fix = await nearbyFiles(path, 'Check the path.');
    throw wrong('model', `"${path}", ${reasonOf(cause)}`, 'a folder with a model.json, or that file', fix, cause);
  }
}

async function parsed(file: string): Promise<io.ModelJSON> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw wrong(
      'model',
      `"${file}", ${reasonOf(cause)}`,
      'the model.json of a model',
      await nearbyFiles(file, 'Check the path.'),
      cause,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(
      'model',
      `"${file}", which is no JSON`,
      'the model.json of a model',
      'Name that file, or its folder.',
      cause,
    );
  }
}

function kindOf(model: io.ModelJSON): Loaded['kind'] | undefined {
  const topology: unknown = model?.modelTopology;
  if (typeof topology !== 'object' || topology === null || !Array.isArray(model.weightsManifest)) return undefined;
  return 'node' in topology ? 'graph' : 'model_config' in topology || 'class_name' in topology ? 'layers' : undefined;
}

async function weightsOf(folder: string, name: string): Promise<ArrayBuffer> {
  try {
    return new Uint8Array(await readFile(join(folder, name))).buffer;
  } catch (cause) {
    throw wrong(
      'model',
      `weights "${join(folder, name)}", ${reasonOf(cause)}`,
      'every file that model.json names',
      'Put it beside model.json.',
      cause,
    );
  }
}
