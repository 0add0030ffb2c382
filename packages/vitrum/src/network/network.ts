import type { GraphModel } from '@tensorflow/tfjs-converter';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { type LayerInfo, type Model, placesOf, prepare } from '@vitrum/core';
import { crop, labels, loadEfficientNetLite0, resizeBicubic } from '@vitrum/efficientnet-lite0';
import type { Picture } from '@vitrum/visualization';
import { reasonOf, wrong } from '../errors';
import { labelsBeside, readLabels } from './labels';
import { type Loaded, loadModel } from './load';
import { type Scale, scaled, scaleOf } from './scale';

/** What a person may say of a model; the rest is guessed. */
export interface NetworkOptions {
  /** A folder with a model.json, or that file. @defaultValue EfficientNet-Lite0 */
  readonly model?: string;
  /** A file of labels. @defaultValue those beside the model */
  readonly labels?: string;
  /** Height and width of the input, `224` or `224x192`. @defaultValue as the model declares */
  readonly size?: string;
  /** How pixels become inputs. @defaultValue guessed */
  readonly scale?: string;
}

/** A classifier of pictures, and how a picture becomes its input. */
export interface Network {
  readonly name: string;
  readonly model: Model;
  readonly size: { readonly height: number; readonly width: number; readonly channels: number };
  readonly scale: Scale;
  readonly labels?: readonly string[];
  /** Where methods look that look inside. */
  readonly layer?: string;
  /** Whether the output is known to be what a softmax makes probabilities of. @defaultValue false */
  readonly logits?: boolean;
  /** All outputs for an input. The caller disposes them. */
  outputs(input: Tensor): Promise<readonly Tensor[]>;
  /** What was guessed, in words. */
  readonly guesses: readonly string[];
  /** What the model sees of a picture. */
  crop(picture: Picture): Picture;
  dispose(): void;
}

export async function openNetwork(options: NetworkOptions): Promise<Network> {
  const network = options.model === undefined ? await embedded(options) : await own(options.model, options);
  return options.labels === undefined ? network : { ...network, labels: (await readLabels(options.labels)).names };
}

/** What `crop` gave as the model's input, [1, height, width, channels]. The caller disposes it. */
export function inputOf({ size: { height, width, channels }, scale }: Network, { data }: Picture): Tensor {
  const values = new Float32Array(height * width * channels);
  for (let pixel = 0; pixel < height * width; pixel++)
    values.set(scaled(scale, Array.from(data.subarray(pixel * 4, pixel * 4 + 3)), channels), pixel * channels);
  return tensor(values, [1, height, width, channels]);
}

async function embedded({ size, scale }: NetworkOptions): Promise<Network> {
  if (size !== undefined || scale !== undefined)
    throw wrong(
      'option',
      '--size or --scale without --model',
      'neither: EfficientNet-Lite0 has its own',
      'Leave them out.',
    );
  const network = await loadEfficientNetLite0();
  const model = await prepare(network);
  return {
    name: 'EfficientNet-Lite0',
    model,
    size: { height: 224, width: 224, channels: 3 },
    scale: scaleOf('127:128'),
    labels,
    layer: 'blocks/10/add',
    guesses: [],
    logits: true,
    outputs: outputsOf(network),
    crop,
    dispose() {
      model.dispose();
      network.dispose();
    },
  };
}

async function own(path: string, options: NetworkOptions): Promise<Network> {
  const { network, folder, name } = await loadModel(path);
  let model: Model;
  try {
    model = await prepare(network);
  } catch (cause) {
    network.dispose();
    throw cause instanceof Error && cause.name === 'AttributionError'
      ? cause
      : wrong('model', `"${path}", which cannot be run (${reasonOf(cause)})`, 'a model', 'Convert it anew.', cause);
  }
  try {
    const beside = options.labels === undefined ? await labelsBeside(folder) : undefined;
    const size = sizeOf(model, options.size);
    const { scale, guess } = scaleFor(model, beside?.file, options.scale);
    const layer = lastConvolution(model.layers);
    const guesses = [
      ...(guess === undefined ? [] : [`pixels are scaled to ${scale.name}, ${guess}; --scale says otherwise`]),
      ...(beside ? [`labels are those of ${beside.file}`] : []),
    ];
    return {
      name,
      model,
      size,
      scale,
      guesses,
      ...(beside && { labels: beside.names }),
      ...(layer !== undefined && { layer }),
      outputs: outputsOf(network),
      crop: (picture) => fitted(picture, size),
      dispose() {
        model.dispose();
        network.dispose();
      },
    };
  } catch (error) {
    model.dispose();
    network.dispose();
    throw error;
  }
}

/** By the model's own means, which leave no tensor behind. */
function outputsOf(network: Loaded['network']): Network['outputs'] {
  return async (input) => {
    const result = 'layers' in network ? network.predict(input) : await executed(network, input);
    return (Array.isArray(result) ? result : [result]) as readonly Tensor[]; // with one input there are no names
  };
}

async function executed(network: GraphModel, input: Tensor): Promise<Tensor | Tensor[]> {
  try {
    return network.execute(input);
  } catch (error) {
    // Only this way models with control flow and shapes that depend on values run; others warn of it.
    if (!/executeAsync|control flow|dynamic/i.test(String(error))) throw error;
    return network.executeAsync(input);
  }
}

function sizeOf({ inputs = [] }: Model, asked: string | undefined): Network['size'] {
  const [input] = inputs;
  const shape = input?.shape ?? [];
  if (!input || inputs.length !== 1 || (shape.length !== 4 && input.shape !== undefined))
    throw wrong(
      'model',
      `a model with ${inputs.length} inputs${inputs.map(({ name, shape }) => ` ${name} [${shape?.map((n) => n ?? '?')}]`).join()}`,
      'one for pictures, [examples, height, width, channels]',
      'Explain other models from a program, with attribute() of @vitrum/core.',
    );
  const known = (n: number | null | undefined) => (n !== null && n !== undefined && n > 0 ? n : undefined);
  const [, declaredHeight, declaredWidth, declaredChannels] = shape.map(known);
  const [, high, wide = high] = /^(\d+)(?:x(\d+))?$/.exec(asked ?? '') ?? [];
  if (asked !== undefined && !(Number(high) > 0 && Number(wide) > 0))
    throw wrong(
      'option',
      `--size "${asked}"`,
      'pixels a side, such as 224, or height and width, such as 224x192',
      'Leave it out if the model declares it.',
    );
  const height = high === undefined ? declaredHeight : Number(high);
  const width = wide === undefined ? declaredWidth : Number(wide);
  if (height === undefined || width === undefined)
    throw wrong(
      'model',
      `a model that takes pictures of any size, [${shape.map((n) => n ?? '?')}]`,
      'to be told one',
      'Add --size, such as --size 224.',
    );
  if ((declaredHeight ?? height) !== height || (declaredWidth ?? width) !== width)
    throw wrong(
      'option',
      `--size ${asked}`,
      `${declaredHeight}x${declaredWidth}, which the model declares`,
      'Leave it out.',
    );
  const channels = declaredChannels ?? 3;
  if (channels !== 1 && channels !== 3)
    throw wrong(
      'model',
      `an input of ${channels} channels`,
      '1 (grey) or 3 (RGB)',
      'Explain other models from a program, with attribute() of @vitrum/core.',
    );
  return { height, width, channels };
}

function scaleFor(
  model: Model,
  labels: string | undefined,
  asked: string | undefined,
): { scale: Scale; guess?: string } {
  if (asked !== undefined) return { scale: scaleOf(asked) };
  const layers = placesOf(model);
  if (layers.some(({ kind }) => kind === 'Rescaling' || kind === 'Normalization'))
    return { scale: scaleOf('0..255'), guess: 'as the model scales by itself' };
  if (labels?.endsWith('metadata.json')) return { scale: scaleOf('-1..1'), guess: 'as Teachable Machine does' };
  return { scale: scaleOf('0..1'), guess: 'a guess' };
}

/** The last place that still has a picture's layout, as Grad-CAM wants it. */
function lastConvolution(layers: readonly LayerInfo[]): string | undefined {
  const plane = ({ shape }: LayerInfo) => shape === undefined || (shape.length === 4 && shape[1] !== 1);
  return layers.filter((layer) => /conv/i.test(layer.kind) && plane(layer)).at(-1)?.name;
}

/** The largest middle part of the right proportions, resized (bicubic, antialiased). */
function fitted({ width, height, data }: Picture, to: { readonly height: number; readonly width: number }): Picture {
  const scale = Math.min(width / to.width, height / to.height);
  const [cutWidth, cutHeight] = [Math.max(1, Math.round(to.width * scale)), Math.max(1, Math.round(to.height * scale))];
  const [left, top] = [Math.floor((width - cutWidth) / 2), Math.floor((height - cutHeight) / 2)];
  const rgb = new Uint8ClampedArray(cutWidth * cutHeight * 3);
  for (let row = 0; row < cutHeight; row++)
    for (let column = 0; column < cutWidth; column++) {
      const from = ((top + row) * width + left + column) * 4;
      rgb.set(data.subarray(from, from + 3), (row * cutWidth + column) * 3);
    }
  const same = cutWidth === to.width && cutHeight === to.height;
  const cut = { width: cutWidth, height: cutHeight, data: rgb };
  const seen = same ? cut : resizeBicubic(cut, to.width, to.height);
  const rgba = new Uint8ClampedArray(to.width * to.height * 4).fill(255);
  for (let pixel = 0; pixel < to.width * to.height; pixel++)
    rgba.set(seen.data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  return { width: to.width, height: to.height, data: rgba };
}
