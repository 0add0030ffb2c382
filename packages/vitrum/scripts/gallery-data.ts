/**
 * Writes what the gallery of @vitrum/visualization shows of the cat: maps of several methods, classes and layers of
 * EfficientNet-Lite0, as .npy files of half precision, and the photograph.
 *
 *   tsx --conditions=source packages/vitrum/scripts/gallery-data.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { type AttributionMethod, attribute, layer, prepare, useBackend } from '@vitrum/core';
import { chelsea224, loadEfficientNetLite0, preprocess } from '@vitrum/efficientnet-lite0';
import { inputXGradient, integratedGradients } from '@vitrum/gradient-methods';
import { gradCam } from '@vitrum/layer-methods';
import { occlusion } from '@vitrum/perturbation-methods';
import { type AttributionMap, attributionMap, decodePng } from '@vitrum/visualization';

interface Wanted {
  readonly file: string;
  readonly method: AttributionMethod;
  readonly target: number;
  readonly at?: string;
  /** Keeps one of so many rows and columns: a map of windows has the same values all over each. */
  readonly every?: number;
}

const classes = { tiger: 282, egyptian: 285 };
const layers = ['blocks/4/add', 'blocks/10/add'];
const inside = {
  'grad-cam': gradCam(),
  'gradient-x-activation': inputXGradient(),
  'integrated-gradients': integratedGradients({ steps: 20 }),
};
const wanted: readonly Wanted[] = [
  { file: 'integrated-gradients', method: integratedGradients({ steps: 100 }), target: classes.tiger },
  {
    file: 'occlusion',
    method: occlusion({ window: [16, 16, 3], strides: [8, 8, 3] }),
    target: classes.tiger,
    every: 8,
  },
  ...Object.entries(inside).flatMap(([method, value]) =>
    Object.entries(classes).flatMap(([name, target]) =>
      layers.map((at) => ({ file: `${method}.${name}.block-${at.split('/')[1]}`, method: value, target, at })),
    ),
  ),
];

const folder = new URL('../../visualization/examples/data/', import.meta.url);
await useBackend(wasm());
const bytes = await readFile(chelsea224);
await writeFile(new URL('cat.png', folder), bytes);
const network = await loadEfficientNetLite0();
const model = await prepare(network);
const x: Tensor = preprocess(decodePng(bytes));
for (const { file, method, target, at, every = 1 } of wanted) {
  const why = await attribute(model, x, { method, target, ...(at !== undefined && { at: layer(at) }) });
  const map = thinned(await attributionMap(why.values), every);
  dispose(why.values);
  await writeFile(new URL(`${file}.npy`, folder), npy(map));
  process.stdout.write(
    `${file} ${map.width} × ${map.height}, score ${why.score[0]}, baseline ${why.baselineScore?.[0]}\n`,
  );
}
dispose(x);
model.dispose();
network.dispose();

function thinned({ width, height, values }: AttributionMap, every: number): AttributionMap {
  const [columns, rows] = [Math.ceil(width / every), Math.ceil(height / every)];
  const kept = Float32Array.from(
    { length: columns * rows },
    (_, at) => values[Math.floor(at / columns) * every * width + (at % columns) * every] ?? 0,
  );
  return { width: columns, height: rows, values: kept };
}

/** Format 1.0 of numpy: a header padded to 64 bytes, then rows of little-endian float16. */
function npy({ width, height, values }: AttributionMap): Uint8Array {
  const words = `{'descr': '<f2', 'fortran_order': False, 'shape': (${height}, ${width}), }`;
  const header = `${words.padEnd(Math.ceil((words.length + 11) / 64) * 64 - 11)}\n`;
  const start = Uint8Array.of(0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(largest < 65_504)) throw new Error(`${largest} is beyond half precision`);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), Buffer.from(Uint16Array.from(values, half).buffer)]);
}

/** The nearest float16, halves to even. */
function half(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  return sign + (exponent + 14) * 1024 + steps;
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
