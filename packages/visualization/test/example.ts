import '@tensorflow/tfjs-backend-cpu';
import { tensor } from '@tensorflow/tfjs-core';
import {
  attributionMap,
  blendedHeatMap,
  heatMap,
  maskedImage,
  original,
  pictureFromTensor,
  sheet,
  toPng,
} from '@vitrum/visualization';

const image = tensor([0, 64, 128, 255], [1, 2, 2, 1]); // what the model was given
const values = tensor([0.5, -0.2, 0.1, 0], [1, 2, 2, 1]); // or all of what `attribute` returned

const photograph = await pictureFromTensor(image, { range: [0, 255] });
const map = await attributionMap(values);
const figure = sheet(
  [
    original(photograph),
    heatMap(map, { sign: 'all' }),
    blendedHeatMap(map, photograph, { sign: 'positive' }),
    maskedImage(map, photograph),
  ],
  { title: 'Why “tabby”?', subtitle: 'Integrated gradients, 200 steps' },
);
export const png: Uint8Array = toPng(figure); // the bytes of a file; `figure.svg()` is the text of another
export const alt: string = figure.alt; // “Heat map: … Largest 0.50 at row 0, column 0; least −0.20 at row 0, column 1. …”
