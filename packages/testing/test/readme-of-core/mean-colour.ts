import { mean } from '@tensorflow/tfjs-core';
import type { Baseline } from '@vitrum/core';

/** Every picture against a plain one, of its own mean colour. */
export const meanColour: Baseline = (pictures) => pictures.map((picture) => mean(picture, [1, 2], true));
