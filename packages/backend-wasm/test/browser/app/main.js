// What a user writes: no word about .wasm files. Leaves in `outcome` how far the gradient on wasm is from that on cpu.
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { asIs, attribute, defineBackend, defineMethod, sum, useBackend } from '@vitrum/core';

const gradient = defineMethod('gradient', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
  const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
  return mean.flat();
});

const cpu = defineBackend({ name: 'cpu', open: () => import('@tensorflow/tfjs-backend-cpu') });

const model = (x) =>
  tf.tidy(() => {
    const wide = tf.relu6(tf.conv2d(x, tf.fill([3, 3, 3, 8], 0.05), 2, 'same'));
    const deep = tf.depthwiseConv2d(wide, tf.fill([3, 3, 8, 1], 0.1), 2, 'same');
    return tf.mean(tf.avgPool(deep, 3, 1, 'same'), [1, 2]);
  });

async function gradientOn(backend) {
  await useBackend(backend);
  const picture = tf.randomUniform([1, 32, 32, 3], 0, 1, 'float32', 7);
  const why = await attribute(model, picture, { method: gradient(), target: 3 });
  return [...(await why.values.data())];
}

async function run() {
  const expected = await gradientOn(cpu);
  const got = await gradientOn(wasm());
  return {
    backend: tf.getBackend(),
    largest: Math.max(...expected.map(Math.abs)),
    difference: Math.max(...expected.map((value, i) => Math.abs(value - got[i]))),
  };
}

window.outcome = run().catch((error) => ({ error: String(error) }));
