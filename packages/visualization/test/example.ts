import '@tensorflow/tfjs-backend-cpu';
import { tensor } from '@tensorflow/tfjs-core';
import {
  attributionMap,
  blendedHeatMap,
  drawSheet,
  encodePng,
  heatMap,
  maskedImage,
  original,
  pictureFromTensor,
} from '@vitrum/visualization';

const image = tensor([0, 64, 128, 255], [1, 2, 2, 1]); // what the model was given
const values = tensor([0.5, -0.2, 0.1, 0], [1, 2, 2, 1]); // or all of what `attribute` returned

const photograph = await pictureFromTensor(image, { range: [0, 255] });
const map = await attributionMap(values);
const sheet = drawSheet(
  [
    original(photograph),
    heatMap(map, { sign: 'all' }),
    blendedHeatMap(map, photograph, { sign: 'positive' }),
    maskedImage(map, photograph),
  ],
  { title: 'Why “tabby”?', subtitle: 'Integrated gradients, 200 steps' },
);
export const png: Uint8Array = encodePng(sheet); // the bytes of a file
