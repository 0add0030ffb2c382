import { backend, memory, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Attribution, attribute, distribution, layer, type Model, prepare } from '@vitrum/core';
import { crop, preprocess } from '@vitrum/efficientnet-lite0';
import { interpolate } from '@vitrum/layer-methods';
import { type AttributionMap, attributionMap, type Picture } from '@vitrum/visualization';
import type { Catalogue } from './card';
import { catalogue, methodOf, takesMany } from './catalogue';
import { type Classifier, classify } from './classify';
import { baselineOf, patches, severalGrounds } from './ground';
import { load } from './load';
import { decode } from './photograph';
import type { Company } from './protocol';
import type { Answer, How, Look } from './question';
import { type Helped, starting, threadsFor } from './threads';

interface Network extends Classifier {
  readonly model: Model;
  /** The model with threads that help, as far as there are any. */
  helped(signal: AbortSignal): Promise<Helped | undefined>;
}

let network: Promise<Network> | undefined;

/** The network, loaded once; a failure is forgotten, so that the next call tries again. */
async function opened(): Promise<Network> {
  network ??= openNetwork();
  try {
    return await network;
  } catch (error) {
    network = undefined;
    throw error;
  }
}

async function openNetwork(): Promise<Network> {
  const graph = await load();
  const model = await prepare(graph);
  const helped = starting(async () => {
    const threads = threadsFor(navigator.hardwareConcurrency);
    if (threads === 0) return { model, threads };
    const { help } = await import('./helper');
    return help(model, threads);
  });
  // The network has one output.
  return { model, helped, predict: (input) => graph.predict(input) as Tensor };
}

/** Loads the network. Says what can be asked of it. */
export async function open(): Promise<Catalogue> {
  const { model } = await opened();
  return catalogue(model);
}

/** Reads a picture file and classifies what is in it. */
export async function look({ file, name }: { file: Blob; name: string }): Promise<Look> {
  const network = await opened();
  const photograph = crop(await decode(file, name));
  return { photograph, predictions: await classify(photograph, network) };
}

interface Explain {
  readonly photograph: Picture;
  readonly target: number;
  readonly how: How;
}

/** Rows the network runs at once: few, so that progress is seen and a cancel heard soon; more would not be faster. */
const batchSize = 4;

/** Runs a method. Aborts with the signal, within a batch. */
export async function explain(
  { photograph, target, how }: Explain,
  { signal, onProgress }: Required<Company>,
): Promise<Answer> {
  const network = await opened();
  const method = methodOf(how);
  const { model, threads } = (takesMany(how) && (await network.helped(signal))) || { model: network.model, threads: 0 };
  const held: { dispose(): void }[] = [];
  const hold = <T extends Tensor | Attribution<Tensor>>(one: T): T => {
    held.push(one);
    return one;
  };
  try {
    const input = hold(preprocess(photograph));
    const several = method.distribution ? hold(severalGrounds(input)) : undefined;
    const features = method.uses.includes('features') ? hold(patches(input)) : undefined;
    const why = await attribute<Tensor>(model, input, {
      method,
      batchSize,
      signal,
      onProgress,
      ...(!method.targetless && { target }),
      ...(how.place !== undefined && { at: layer(how.place) }),
      ...(method.uses.includes('baseline') && { baseline: several ? distribution(several) : baselineOf[how.ground] }),
      ...(features && { features }),
    });
    hold(why);
    const map = await mapOf(why.values, photograph);
    return { how, target, map, threads, ...figuresOf(why, Boolean(method.complete)) };
  } finally {
    for (const one of held) one.dispose();
  }
}

/** The attribution of each pixel: that of a layer is summed over its channels and enlarged. */
async function mapOf(values: Tensor, { width, height }: Picture): Promise<AttributionMap> {
  const map = tidy(() => interpolate(sum(values, -1, true), [height, width], { mode: 'bilinear' }));
  try {
    return await attributionMap(map);
  } finally {
    map.dispose();
  }
}

function figuresOf({ score, baselineScore, convergenceDelta, notes, cost }: Attribution<Tensor>, complete: boolean) {
  const [s = 0, base, delta] = [score[0], baselineScore?.[0], convergenceDelta?.[0]];
  return {
    score: s,
    ...(base !== undefined && { baselineScore: base }),
    ...(complete && delta !== undefined && { delta }),
    notes,
    cost,
    memory: { tensors: memory().numTensors, bytes: wasmBytes() },
  };
}

/** All memory of TF.js's WebAssembly, which can only grow. */
function wasmBytes(): number {
  // The backend has its module as `wasm`, of which TF.js declares no type.
  const { wasm: module } = backend() as unknown as { wasm?: { HEAPU8?: Uint8Array } };
  return module?.HEAPU8?.byteLength ?? 0;
}
