import type { Tensor } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { cpu } from '@vitrum/backend-cpu';
import { useBackend } from '@vitrum/core';
import { graph, spelled } from '../../src/models/graph-builder';
import { weigh } from '../../src/models/layers';
import { seededNumbers } from '../../src/seeded';
import { compare } from './compare';
import { functions, smooth, straightThrough } from './functions';

await useBackend(cpu());
for (const [name, model] of Object.entries(functions)) await compare(name, model, model, [1, 4, 4, 1]);
await compare('a gradient of its own', straightThrough, smooth, [1, 4, 4, 1]);

const net = weigh(
  sequential({
    layers: [
      layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'elu', inputShape: [4, 4, 1] }),
      layers.batchNormalization(),
      sequential({ layers: [layers.averagePooling2d({ poolSize: 2, inputShape: [4, 4, 3] }), layers.flatten()] }),
      layers.dense({ units: 4, activation: 'tanh' }),
      layers.reshape({ targetShape: [2, 2] }),
      layers.gru({ units: 3, recurrentInitializer: 'glorotUniform' }),
      layers.dense({ units: 3 }),
    ],
  }),
);
await compare('a LayersModel', net, (x) => net.predict(x) as Tensor, [1, 4, 4, 1]); // it has one output

const g = graph();
g.input('x', [-1, 4, 4, 1]);
g.constant('filter', seededNumbers(2, 18), [3, 3, 1, 2]);
g.constant('bias', seededNumbers(3, 2), [2]);
g.constant('flat', [-1, 32], [2], 'int32');
g.constant('matrix', seededNumbers(4, 96), [32, 3]);
g.node('convolved', '_FusedConv2D', ['x', 'filter', 'bias'], {
  strides: spelled.integers(1, 1, 1, 1),
  padding: spelled.text('SAME'),
  data_format: spelled.text('NHWC'),
  dilations: spelled.integers(1, 1, 1, 1),
  explicit_paddings: spelled.integers(),
  fused_ops: spelled.texts('BiasAdd', 'Elu'),
  num_args: spelled.integer(1),
});
g.node('rows', 'Reshape', ['convolved', 'flat']);
g.node('logits', 'MatMul', ['rows', 'matrix']);
g.node('y', 'Softmax', ['logits']);
const graphModel = await g.load({ y: 'y' });
await compare('a GraphModel', graphModel, (x) => graphModel.execute(x) as Tensor, [1, 4, 4, 1]); // it has one output
