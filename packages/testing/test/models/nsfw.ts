import { readFile } from 'node:fs/promises';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { image, io, slice, type Tensor, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { chelsea224 } from '@vitrum/efficientnet-lite0';
import { decodePng } from '@vitrum/visualization';
import type { InceptionV3Model } from 'nsfwjs/models/inception_v3';

/** A model of nsfwjs as it lies in the package, none of whose code runs: a topology, and weights of 8 bits in base64. */
type Packed = typeof InceptionV3Model;

export interface Classifier {
  readonly model: LayersModel | GraphModel;
  /** Class probabilities [rows, 5] of pictures [rows, side, side, 3] with values of 0 to 1. */
  answer(pictures: Tensor): Tensor;
  /** A photograph of the size that the model takes. */
  photo(): Promise<Tensor4D>;
}

/** Loads a model of nsfwjs (https://github.com/infinitered/nsfwjs). The caller disposes it. */
export async function load({ modelJson, weightBundles }: Packed): Promise<Classifier> {
  const { default: json } = await modelJson();
  const shards = await Promise.all(weightBundles.map(async (shard) => Buffer.from((await shard()).default, 'base64')));
  const weights = Uint8Array.from(Buffer.concat(shards)).buffer;
  const source: io.IOHandler = {
    load: () => io.getModelArtifactsForJSON(json, async (manifest) => [io.getWeightSpecs(manifest), weights]),
  };
  const model = 'node' in json.modelTopology ? await loadGraphModel(source) : await loadLayersModel(source);
  const [, side] = model.inputs[0]?.shape ?? [];
  return {
    model,
    answer: (pictures) => model.predict(pictures) as Tensor, // they have one output
    photo: () => photo(side ?? 0), // known of each
  };
}

async function photo(side: number): Promise<Tensor4D> {
  const { width, height, data } = decodePng(await readFile(chelsea224));
  return tidy(() => {
    const pixels = tensor4d(
      Float32Array.from(data, (value) => value / 255),
      [1, height, width, data.length / (width * height)],
    );
    return image.resizeBilinear(slice(pixels, [0, 0, 0, 0], [1, height, width, 3]), [side, side]);
  });
}
