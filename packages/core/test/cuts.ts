import * as tf from '@tensorflow/tfjs';
import { graph } from '@vitrum/testing/internal';
import { kept } from './graphs';
import { apply, dense } from './layers';
import { random } from './tensors';

const sigmoid = (units: number, name: string): tf.layers.Layer =>
  tf.layers.dense({ units, name, activation: 'sigmoid', biasInitializer: 'randomNormal' });
const add = (name: string): tf.layers.Layer => tf.layers.add({ name });

/** x → early (tanh, twice) → site (sigmoid) → late (sigmoid); what comes early is tanh, what comes late is not. */
export function chain(): tf.LayersModel {
  const x = tf.input({ shape: [4] });
  const early = apply(dense(5, 'earlier'), apply(dense(6, 'earliest'), x));
  return tf.model({ inputs: x, outputs: apply(sigmoid(2, 'late'), apply(sigmoid(3, 'site'), early)) });
}

/** Two connections skip the site: one from early, and the input itself. */
export function skipping(): tf.LayersModel {
  const x = tf.input({ shape: [4] });
  const early = apply(dense(4, 'earlier'), apply(dense(6, 'earliest'), x));
  const joined = apply(add('joined'), apply(sigmoid(4, 'site'), early), early);
  return tf.model({
    inputs: x,
    outputs: apply(sigmoid(2, 'late'), apply(add('again'), apply(sigmoid(4, 'inner'), joined), x)),
  });
}

/** The same inside another model, which early layers lead to and past which one leads. */
export function nested(): tf.LayersModel {
  const inner = skipping();
  inner.name = 'body';
  const x = tf.input({ shape: [4] });
  const early = apply(dense(4, 'outer'), x);
  return tf.model({ inputs: x, outputs: apply(tf.layers.concatenate({ name: 'both' }), apply(inner, early), early) });
}

const sequential = (...layers: tf.layers.Layer[]): tf.Sequential => tf.sequential({ layers });

/** A Sequential of a model and a Sequential: it calls the layers of the first itself. */
export const stacked = (): tf.LayersModel =>
  sequential(skipping(), sequential(tf.layers.dense({ units: 3, name: 'top', inputShape: [2] })));

/** A second model takes a part of the first, and both its outputs are seen. */
export function sharing(): tf.LayersModel {
  const whole = skipping();
  const joined = whole.getLayer('joined').output as tf.SymbolicTensor;
  return tf.model({
    inputs: whole.inputs,
    outputs: [apply(sigmoid(3, 'one'), joined), whole.getLayer('earlier').output as tf.SymbolicTensor],
  });
}

/** As `skipping`, of nodes; with a Reshape to as many rows as there are early on, as converters write it. */
export async function skippingGraph(rows = -1): Promise<tf.GraphModel> {
  const g = graph();
  g.input('x', [rows, 4]);
  for (const i of [1, 2, 3, 4]) g.constant(`w${i}`, await random([4, 4], i).data(), [4, 4]);
  for (const [name, value] of [
    ['zero', 0],
    ['one', 1],
    ['four', 4],
  ] as const)
    g.constant(name, [value], name === 'four' ? [] : [1], 'int32');
  g.node('earliest/m', 'MatMul', ['x', 'w1']);
  g.node('earliest', 'Tanh', ['earliest/m']);
  g.node('earlier/m', 'MatMul', ['earliest', 'w2']);
  g.node('earlier', 'Tanh', ['earlier/m']);
  g.node('shape', 'Shape', ['earlier'], { T: { type: 'DT_FLOAT' }, out_type: { type: 'DT_INT32' } });
  g.node('rows', 'StridedSlice', ['shape', 'zero', 'one', 'one'], { shrink_axis_mask: { i: 1 } });
  g.node('wanted', 'Pack', ['rows', 'four'], { axis: { i: 0 } });
  g.node('site/m', 'MatMul', ['earlier', 'w3']);
  g.node('site', 'Sigmoid', ['site/m']);
  g.node('flat', 'Reshape', ['site', 'wanted']);
  g.node('joined', 'AddV2', ['flat', 'earlier']);
  g.node('late/m', 'MatMul', ['joined', 'w4']);
  g.node('late', 'Sigmoid', ['late/m']);
  g.node('y', 'AddV2', ['late', 'x']);
  return kept(await g.load({ y: 'y' }));
}
