import { relu } from '@tensorflow/tfjs-core';
import { type AttributionMethod, defineMethod } from '@vitrum/core';
import { type RectifierOptions, type RectifierRule, throughRectifiers } from './rectifiers';

/**
 * φ = ∂S/∂x with max(0, ·) of the signal in front of every ReLU and ReLU6: only what excites, by what was excited, passes.
 *
 * Like the inputs, or the layer. Other non-linearities keep their gradient. One forward and one backward row per example.
 *
 * @throws AttributionError `gradient` if `strict` and there is no ReLU
 * @see Springenberg et al. 2014, Striving for Simplicity, §3.4
 */
export const guidedBackprop: (options?: RectifierOptions) => AttributionMethod = defineMethod(
  'guidedBackprop',
  { uses: [], deterministic: true, rowwise: true },
  (options: RectifierOptions = {}) =>
    (probe) =>
      throughRectifiers(probe, guided, options),
);

/** The gradient of a rectifier sends all of a number or nothing: so what of it is positive is that of max(0, ·) of the signal. */
export const guided: RectifierRule = {
  name: 'guidedBackprop',
  unfuse: false,
  send: (behind, plain) => plain({ signals: [relu(behind)] }),
};
