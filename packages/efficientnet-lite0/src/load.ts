import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { io } from '@tensorflow/tfjs-core';
import { modelFiles, readBytes } from './files';

export interface LoadOptions {
  /**
   * Where a copy of this package's folder `assets/graph` lies; the URL ends in a slash.
   * @defaultValue the package's own, which Node finds, and every bundler that follows `new URL('…', import.meta.url)`
   */
  folder?: URL;
}

/**
 * EfficientNet-Lite0, trained on ImageNet (Tan & Le 2019, arXiv:1905.11946; "Lite" variant 2020), from the files of this package.
 * Its input `images` is float32 [batch, 224, 224, 3] as `preprocess` gives it; its output `logits` is [batch, 1000], before softmax.
 * The caller disposes it.
 * @throws Error if the files are not where they are looked for
 */
export async function loadEfficientNetLite0({ folder }: LoadOptions = {}): Promise<GraphModel> {
  const read = async (name: string): Promise<ArrayBuffer> => {
    const file = folder ? new URL(name, folder) : modelFiles[name];
    if (!file) throw new Error(`Got ${name}; expected one of ${Object.keys(modelFiles).join(', ')}.`);
    return readBytes(file);
  };
  const load = async (): Promise<io.ModelArtifacts> => {
    try {
      const model: io.ModelJSON = JSON.parse(new TextDecoder().decode(await read('model.json')));
      return await io.getModelArtifactsForJSON(model, async (manifest) => {
        const weights = io.getWeightSpecs(manifest);
        const data = await Promise.all(manifest.flatMap(({ paths }) => paths).map(read));
        assertWhole(data, weights);
        return [weights, data];
      });
    } catch (cause) {
      throw new Error(
        `Got no model from ${folder?.href ?? modelFiles['model.json']?.href}; expected the files of assets/graph of @vitrum/efficientnet-lite0. ` +
          'Serve that folder and pass its URL, with a slash at the end, as `folder`.',
        { cause },
      );
    }
  };
  return loadGraphModel({ load });
}

/** A development server may answer an unknown address with a page instead of an error. */
function assertWhole(data: readonly ArrayBuffer[], weights: readonly io.WeightsManifestEntry[]): void {
  const got = data.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const expected = weights.reduce((sum, { shape, quantization }) => {
    const bytes = quantization?.dtype === 'float16' ? 2 : 4;
    return sum + shape.reduce((product, length) => product * length, bytes);
  }, 0);
  if (got !== expected) throw new Error(`Got ${got} bytes of weights; expected ${expected}.`);
}
