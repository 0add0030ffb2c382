import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { type AttributionMethod, attribute, distribution, layer } from '@vitrum/core';
import { afterAll, beforeAll, test } from 'vitest';
import { type MethodFactory, methods, wrappers } from 'vitrum';
import { openBackend } from '../src/backends';
import { closeTo } from '../src/close-to';
import { modelStore } from '../src/golden/models';
import { onEachBackend } from '../src/on-each-backend';
import { seeded } from '../src/seeded';

const golden = fileURLToPath(new URL('../golden/models', import.meta.url));
const made = (name: string, options?: object): AttributionMethod => (methods[name] as MethodFactory)(options); // they are registered
const smooth = wrappers.smoothGrad;
if (!smooth) throw new Error('smoothGrad is not registered');

/** What walks back by rules, or over samples of that. */
const asked: Readonly<Record<string, AttributionMethod>> = {
  guidedBackprop: made('guidedBackprop'),
  deconvolution: made('deconvolution'),
  deepLift: made('deepLift'),
  'deepLift by reveal-cancel': made('deepLift', { rule: 'reveal-cancel' }),
  deepLiftShap: made('deepLiftShap'),
  gradientShap: made('gradientShap', { samples: 3 }),
  'smoothGrad of guidedBackprop': smooth(made('guidedBackprop'), { samples: 3, noise: 0.1 }),
};

/** The layers of the golden graphs `graph-fused` and `graph-unfused`, with their weights. */
async function sameInLayers(graph: tf.GraphModel): Promise<tf.LayersModel> {
  const { conv2d, dense, flatten, maxPooling2d } = tf.layers;
  const blank = { kernelInitializer: 'zeros', activation: 'relu' } as const;
  const model = tf.sequential({
    layers: [
      conv2d({ ...blank, name: 'relu1', filters: 6, kernelSize: 3, padding: 'same', inputShape: [10, 10, 2] }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ ...blank, name: 'relu2', filters: 8, kernelSize: 3, strides: 2 }),
      flatten(),
      dense({ ...blank, name: 'relu3', units: 10 }),
      dense({ kernelInitializer: 'zeros', units: 4 }),
    ],
  });
  const names = ['w1', 'b1', 'w2', 'b2', 'w3', 'b3', 'w4', 'b4'];
  model.setWeights(names.map((name) => graph.weights[name]?.[0] as tf.Tensor)); // the graph has them
  return model;
}

onEachBackend('on %s, one network is explained alike as layers, as a graph and as a fused graph,', (backend) => {
  const models = modelStore();
  let layers: tf.LayersModel;
  beforeAll(async () => {
    await openBackend(backend);
    const graph = await models.load(join(golden, 'graph-unfused'));
    await models.load(join(golden, 'graph-fused'));
    layers = await sameInLayers(graph as tf.GraphModel); // it is one
  });
  afterAll(async () => {
    layers.dispose();
    await models.dispose();
  });

  test.each(Object.entries(asked))('by %s', async (_, method) => {
    const [x, rows] = [seeded(1, [2, 10, 10, 2]), seeded(2, [3, 10, 10, 2])];
    const baseline = method.distribution ? distribution(rows) : tf.slice(rows, 0, 1);
    for (const at of [undefined, layer('relu1'), layer('relu3')]) {
      const explain = async (model: Parameters<typeof attribute>[0]) => {
        const why = await attribute(model, x, {
          method,
          target: 1,
          ...(at && { at }),
          ...(method.uses.includes('baseline') && { baseline }),
        });
        const values = { shape: why.values.shape, values: await why.values.data() };
        why.dispose();
        return values;
      };
      const expected = await explain(layers);
      for (const name of ['graph-unfused', 'graph-fused'])
        await closeTo(await explain(await models.load(join(golden, name))), expected, {
          absolute: 1e-6,
          relative: 1e-5,
        });
    }
  });
});
