import '@tensorflow/tfjs-backend-cpu';
import { readFile } from 'node:fs/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  chelsea,
  crop,
  loadEfficientNetLite0,
  type Pixels,
  type Prediction,
  preprocess,
  top,
} from '@vitrum/efficientnet-lite0';
import { decodePng } from '@vitrum/visualization';

const model = await loadEfficientNetLite0();
const photograph = decodePng(await readFile(chelsea)); // in a page: the ImageData of a canvas
const input = preprocess(photograph); // [1, 224, 224, 3], for the model
export const seen: Pixels = crop(photograph); // the 224 × 224 pixels that it stands for, to draw on
export const best: Prediction[] = await top(model.predict(input) as Tensor); // tiger cat 0.41, Egyptian cat 0.34, tabby 0.17, …
