import * as tf from '@tensorflow/tfjs';
import { type AttributeOptions, attribute, type Inputs, type ModelLike } from '../src/index';

export const dense = (units: number, name: string, activation: 'tanh' | 'linear' = 'tanh'): tf.layers.Layer =>
  tf.layers.dense({ units, name, activation, biasInitializer: 'randomNormal' });
/** The orthogonal initializer, the default, warns and takes its time. */
export const zeros = { recurrentInitializer: 'zeros' } as const;
export const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]): tf.SymbolicTensor =>
  layer.apply(inputs.length > 1 ? inputs : (inputs[0] as tf.SymbolicTensor)) as tf.SymbolicTensor; // symbolic in, symbolic out
export const run = (layer: tf.layers.Layer, ...inputs: tf.Tensor[]): tf.Tensor =>
  layer.apply(inputs.length > 1 ? inputs : (inputs[0] as tf.Tensor)) as tf.Tensor; // tensors in, one tensor out

/** The attributed values, which live until the test ends. */
export async function valuesOf<I extends Inputs>(model: ModelLike, inputs: I, options: AttributeOptions): Promise<I> {
  const { values } = await attribute(model, inputs, options);
  return values;
}

interface Skipping extends Record<'first' | 'shared' | 'sum' | 'last', tf.layers.Layer> {
  model: tf.LayersModel;
}

/** x → first → (shared, shared∘shared) → sum → last; the names of the layers are those. */
export function skipping(): Skipping {
  const input = tf.input({ shape: [4], name: 'x' });
  const [first, shared, last] = [dense(3, 'first'), dense(3, 'shared'), dense(2, 'last')];
  const sum = tf.layers.add({ name: 'sum' });
  const h = apply(first, input);
  const once = apply(shared, h);
  const outputs = apply(last, apply(sum, once, apply(shared, once)));
  return { model: tf.model({ inputs: input, outputs }), first, shared, sum, last };
}
