import * as tf from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute, distribution, layer, type Target, tap } from '@vitrum/core';
import {
  backpropagation,
  deconvolution,
  deepLift,
  deepLiftShap,
  gradient,
  gradientShap,
  guidedBackprop,
  inputXGradient,
  integratedGradients,
  lrp,
  saliency,
  smoothGrad,
  smoothGradSquared,
  varGrad,
} from '@vitrum/gradient-methods';
import { gradCam, guidedGradCam } from '@vitrum/layer-methods';
import { featureAblation, occlusion } from '@vitrum/perturbation-methods';
import { seeded } from '../../src';

const noise = { samples: 3, noise: 0.2 };

/** Every method that explains a score. */
export const methods: Readonly<Record<string, AttributionMethod>> = {
  backpropagation: backpropagation({ rules: { seed: 'one', unfuse: false, rule: () => undefined } }),
  deconvolution: deconvolution(),
  deepLift: deepLift(),
  'deepLift by reveal-cancel': deepLift({ rule: 'reveal-cancel' }),
  deepLiftShap: deepLiftShap(),
  featureAblation: featureAblation(),
  gradCam: gradCam({ sumChannels: false }),
  gradient: gradient(),
  gradientShap: gradientShap({ samples: 3 }),
  guidedBackprop: guidedBackprop(),
  guidedGradCam: guidedGradCam({ layer: 'inside' }),
  inputXGradient: inputXGradient(),
  integratedGradients: integratedGradients({ steps: 64 }),
  lrp: lrp(),
  occlusion: occlusion({ window: 1 }),
  saliency: saliency(),
  smoothGrad: smoothGrad(gradient(), noise),
  smoothGradSquared: smoothGradSquared(gradient(), noise),
  varGrad: varGrad(gradient(), noise),
};

export type Model = (x: tf.Tensor) => tf.Tensor;

export interface Asked {
  readonly seed: number;
  /** @defaultValue 0 */
  readonly target?: Target;
  /** Of the inputs, four in a row. @defaultValue drawn */
  readonly x?: tf.Tensor;
  /** @defaultValue drawn; for a method that takes many, this and its opposite */
  readonly baseline?: tf.Tensor;
}

/** The values of one row; at a layer that holds what the inputs do, for a method that needs one. */
export async function explain(method: AttributionMethod, model: Model, asked: Asked): Promise<number[]> {
  const { seed, target = 0, x = seeded(seed, [1, 4]), baseline = seeded(seed + 1, [1, 4]) } = asked;
  const against = method.distribution ? distribution(tf.concat([baseline, tf.neg(baseline)], 0)) : baseline;
  const why = await attribute((inputs: tf.Tensor) => model(tap('inside', tf.mul(inputs, 1))), x, {
    method,
    target,
    seed,
    ...(method.layerOnly && { at: layer('inside') }),
    ...(method.uses.includes('baseline') && { baseline: against }),
  });
  const values = [...(await why.values.data())];
  why.dispose();
  return values;
}

const matrix = (seed: number, rows: number, columns: number) => seeded(seed, [rows, columns]) as tf.Tensor2D; // two dims

/** Two hidden layers, of a kink and of a curve, a product and a softmax: three outputs. */
export const network =
  (seed: number): Model =>
  (x) => {
    const inputs = x as tf.Tensor2D; // of shape [rows, 4]
    const kinks = tf.relu(tf.matMul(inputs, matrix(seed * 10 + 1, 4, 6)));
    const curves = tf.tanh(tf.matMul(kinks, matrix(seed * 10 + 2, 6, 6)));
    const chances = tf.softmax(tf.matMul(curves, matrix(seed * 10 + 3, 6, 3)));
    return tf.mul(chances, tf.matMul(inputs, matrix(seed * 10 + 4, 4, 3)));
  };

/** A hidden layer of f, and two outputs. */
export const around =
  (f: Model, seed: number): Model =>
  (x) =>
    tf.matMul(
      f(tf.matMul(x as tf.Tensor2D, matrix(seed * 10 + 1, 4, 6))) as tf.Tensor2D, // f keeps the two dims
      matrix(seed * 10 + 2, 6, 2),
    );

/** How far two rows are apart, as a share of the largest number expected, or of 1. */
export const distance = (got: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => Math.abs((got[i] ?? Number.NaN) - value))) /
  Math.max(1, ...expected.map(Math.abs));
