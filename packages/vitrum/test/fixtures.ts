import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type io, tensor } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { seededNumbers } from '@vitrum/testing';
import { graph, spelled } from '@vitrum/testing/internal';
import { encodePng, type Picture } from '@vitrum/visualization';
import sharp from 'sharp';

/** A photograph of 12 × 12 pixels, each another. */
export const picture: Picture = {
  width: 12,
  height: 12,
  data: Uint8ClampedArray.from({ length: 12 * 12 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256)),
};

/** The same photograph as PNG, JPEG and WebP, and what is none or too large. */
export async function writePictures(folder: string): Promise<void> {
  const png = encodePng(picture);
  await writeFile(join(folder, 'photo.png'), png);
  await writeFile(join(folder, 'photo.jpg'), await sharp(png).jpeg({ quality: 95 }).toBuffer());
  await writeFile(join(folder, 'photo.webp'), await sharp(png).webp({ lossless: true }).toBuffer());
  await writeFile(join(folder, 'broken.png'), png.subarray(0, 60));
  await writeFile(join(folder, 'broken.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0));
  await writeFile(join(folder, 'notes.txt'), 'no picture');
  const huge = { create: { width: 8000, height: 5000, channels: 3, background: '#888' } } as const;
  await writeFile(join(folder, 'huge.png'), await sharp(huge).png({ compressionLevel: 1 }).toBuffer());
  await writeFile(join(folder, 'huge.jpg'), await sharp(huge).jpeg().toBuffer());
}

const classes = ['red fox', 'grey wolf', 'tabby'];

/** A LayersModel and a GraphModel of 8 × 8 pixels and three classes, as `model.save` and the converter write them. */
export async function writeModels(folder: string): Promise<void> {
  await writeLayersModel(join(folder, 'layers-model'));
  await writeGraphModel(join(folder, 'graph-model'));
  await mkdir(join(folder, 'no-model'));
  await writeFile(join(folder, 'no-model', 'model.json'), '{"name": "something else"}');
  await mkdir(join(folder, 'no-weights'));
  await copyFile(join(folder, 'graph-model', 'model.json'), join(folder, 'no-weights', 'model.json'));
  await writeFile(join(folder, 'labels-of-four.txt'), 'a\nb\nc\nd\n');
}

async function writeLayersModel(folder: string): Promise<void> {
  const model: LayersModel = sequential({
    layers: [
      layers.conv2d({ name: 'eyes', inputShape: [8, 8, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ name: 'answer', units: 3, activation: 'softmax' }),
    ],
  });
  const weights = model.getWeights().map(({ shape, size }, i) => tensor(seededNumbers(i + 1, size), shape));
  model.setWeights(weights);
  for (const weight of weights) weight.dispose();
  await model.save({ save: (artifacts) => write(folder, artifacts) });
  model.dispose();
  await writeFile(join(folder, 'labels.json'), JSON.stringify(classes));
}

async function writeGraphModel(folder: string): Promise<void> {
  const built = graph();
  built.input('image', [-1, 8, 8, 3]);
  built.constant('filter', seededNumbers(7, 3 * 3 * 3 * 4), [3, 3, 3, 4]);
  built.constant('axes', [1, 2], [2], 'int32');
  built.constant('matrix', seededNumbers(8, 4 * 3), [4, 3]);
  const convolution = {
    strides: spelled.integers(1, 1, 1, 1),
    padding: spelled.text('SAME'),
    dilations: spelled.integers(1, 1, 1, 1),
    data_format: spelled.text('NHWC'),
  };
  built.node('eyes', 'Conv2D', ['image', 'filter'], convolution);
  built.node('seen', 'Relu', ['eyes']);
  built.node('pooled', 'Mean', ['seen', 'axes'], { keep_dims: spelled.flag(false) });
  built.node('logits', 'MatMul', ['pooled', 'matrix'], {
    transpose_a: spelled.flag(false),
    transpose_b: spelled.flag(false),
  });
  const model = await built.load({ logits: 'logits' });
  await model.save({ save: (artifacts) => write(folder, artifacts) });
  model.dispose();
  await writeFile(join(folder, '..', 'classes.txt'), classes.join('\n'));
}

async function write(folder: string, artifacts: io.ModelArtifacts): Promise<io.SaveResult> {
  const { modelTopology, weightSpecs, weightData, format, signature } = artifacts;
  const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  const model = JSON.stringify({ format, modelTopology, signature, weightsManifest: manifest });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.json'), model);
  await writeFile(join(folder, 'weights.bin'), new Uint8Array(weightData as ArrayBuffer)); // one buffer, as these are small
  return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
}
