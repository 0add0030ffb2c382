import { relu } from '@tensorflow/tfjs-core';
import { type AttributionMethod, defineMethod } from '@vitrum/core';
import { type RectifierOptions, type RectifierRule, throughRectifiers } from './rectifiers';

/**
 * φ = ∂S/∂x with max(0, ·) of the signal behind every ReLU and ReLU6 in place of their gradient: what excites passes,
 * whether or not it was excited.
 *
 * Like the inputs, or the layer. Other non-linearities keep their gradient. One forward and one backward row per example.
 *
 * @throws AttributionError `gradient` if `strict` and there is no ReLU
 * @see Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, §2.1
 */
export const deconvolution: (options?: RectifierOptions) => AttributionMethod = defineMethod(
  'deconvolution',
  { uses: [], deterministic: true, rowwise: true },
  (options: RectifierOptions = {}) =>
    (probe) =>
      throughRectifiers(probe, deconvolving, options),
);

export const deconvolving: RectifierRule = {
  name: 'deconvolution',
  unfuse: true,
  send: (behind, _, { inputs }) => inputs.map(() => relu(behind)),
};
