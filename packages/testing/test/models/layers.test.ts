import { model as functional, input, sequential, layers as tfl } from '@tensorflow/tfjs-layers';
import { layer } from '@vitrum/core';
import { describe } from 'vitest';
import { seeded } from '../../src';
import { describeModels, type ModelCase, ofLayers, weigh } from '../../src/internal';
import { apply, blank, dense, type Layer } from './build';

/** A Sequential of these layers, for two examples. */
const chain = (shape: number[], ...layers: (() => Layer)[]): ModelCase => ({
  make: () => {
    const model = sequential();
    for (const [i, make] of layers.entries()) {
      const made = make();
      if (i === 0) model.add(tfl.inputLayer({ inputShape: shape }));
      model.add(made);
    }
    return ofLayers(weigh(model));
  },
  inputs: () => seeded(3, [2, ...shape]),
  at: [layer('inside')],
});
const inside = { name: 'inside' };

describe('a layer that acts on each element', () => {
  const through = (make: () => Layer) =>
    chain(
      [6],
      () => dense(5, 'first', 'linear'),
      make,
      () => dense(3, 'last'),
    );
  describeModels({
    'an activation by name': through(() => tfl.activation({ ...inside, activation: 'softplus' })),
    elu: through(() => tfl.elu(inside)),
    reLU: through(() => tfl.reLU({ ...inside, maxValue: 0.8 })),
    leakyReLU: through(() => tfl.leakyReLU({ ...inside, alpha: 0.2 })),
    'prelu, negative slopes too': through(() => tfl.prelu({ ...inside, alphaInitializer: 'zeros' })),
    softmax: through(() => tfl.softmax(inside)),
    thresholdedReLU: through(() => tfl.thresholdedReLU({ ...inside, theta: 0.1 })),
    rescaling: through(() => tfl.rescaling({ ...inside, scale: 0.5, offset: 0.3 })),
    batchNormalization: through(() => tfl.batchNormalization({ ...inside, betaInitializer: 'zeros' })),
    'batchNormalization without scale': through(() => tfl.batchNormalization({ ...inside, scale: false })),
    'batchNormalization without centre': through(() => tfl.batchNormalization({ ...inside, center: false })),
    layerNormalization: through(() => tfl.layerNormalization(inside)),
    'layerNormalization without scale': through(() =>
      tfl.layerNormalization({ ...inside, scale: false, center: false }),
    ),
    'dropout, which inference leaves out': through(() => tfl.dropout({ ...inside, rate: 0.5 })),
    gaussianNoise: through(() => tfl.gaussianNoise({ ...inside, stddev: 1 })),
    gaussianDropout: through(() => tfl.gaussianDropout({ ...inside, rate: 0.5 })),
    alphaDropout: through(() => tfl.alphaDropout({ ...inside, rate: 0.5 })),
    repeatVector: chain(
      [4],
      () => tfl.repeatVector({ ...inside, n: 3 }),
      () => tfl.flatten(),
      () => dense(2, 'last'),
    ),
  });

  const activations = [
    'elu',
    'hardSigmoid',
    'linear',
    'relu',
    'relu6',
    'selu',
    'sigmoid',
    'softmax',
    'softplus',
    'softsign',
    'tanh',
    'swish',
    'mish',
    'gelu',
    'gelu_new',
  ] as const;
  describeModels(
    Object.fromEntries(
      activations.map((activation) => [
        `a Dense layer with ${activation}`,
        chain(
          [6],
          () => tfl.dense({ ...blank, units: 5, name: 'inside', activation }),
          () => dense(3, 'last'),
        ),
      ]),
    ),
  );
});

describe('a layer on pictures', () => {
  const picture = (...make: (() => Layer)[]) =>
    chain(
      [6, 6, 2],
      ...make,
      () => tfl.flatten(),
      () => dense(3, 'last'),
    );
  describeModels({
    conv2d: picture(() => tfl.conv2d({ ...blank, ...inside, filters: 3, kernelSize: 3, activation: 'elu' })),
    'conv2d with strides': picture(() =>
      tfl.conv2d({ ...blank, ...inside, filters: 3, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }),
    ),
    'conv2d with dilation': picture(() =>
      tfl.conv2d({ ...blank, ...inside, filters: 3, kernelSize: 2, dilationRate: 2, useBias: false }),
    ),
    'conv2d, channels first': chain(
      [2, 6, 6],
      () => tfl.conv2d({ ...blank, ...inside, filters: 3, kernelSize: 3, dataFormat: 'channelsFirst' }),
      () => tfl.flatten(),
      () => dense(3, 'last'),
    ),
    conv2dTranspose: picture(() =>
      tfl.conv2dTranspose({ ...blank, ...inside, filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
    ),
    separableConv2d: picture(() =>
      tfl.separableConv2d({
        ...inside,
        depthwiseInitializer: 'zeros',
        pointwiseInitializer: 'zeros',
        filters: 3,
        kernelSize: 3,
        depthMultiplier: 2,
      }),
    ),
    depthwiseConv2d: picture(() =>
      tfl.depthwiseConv2d({ ...inside, depthwiseInitializer: 'zeros', kernelSize: 3, depthMultiplier: 2, strides: 2 }),
    ),
    maxPooling2d: picture(() => tfl.maxPooling2d({ ...inside, poolSize: 2 })),
    'maxPooling2d that overlaps': picture(() =>
      tfl.maxPooling2d({ ...inside, poolSize: 3, strides: 1, padding: 'same' }),
    ),
    averagePooling2d: picture(() => tfl.averagePooling2d({ ...inside, poolSize: 3, strides: 2, padding: 'same' })),
    globalAveragePooling2d: chain(
      [6, 6, 4],
      () => tfl.globalAveragePooling2d({ ...inside, dataFormat: 'channelsLast' }),
      () => dense(3, 'last'),
    ),
    globalMaxPooling2d: chain(
      [6, 6, 4],
      () => tfl.globalMaxPooling2d({ ...inside, dataFormat: 'channelsLast' }),
      () => dense(3, 'last'),
    ),
    zeroPadding2d: picture(() =>
      tfl.zeroPadding2d({
        ...inside,
        padding: [
          [1, 0],
          [2, 1],
        ],
      }),
    ),
    cropping2D: picture(() =>
      tfl.cropping2D({
        ...inside,
        cropping: [
          [1, 1],
          [0, 2],
        ],
      }),
    ),
    upSampling2d: picture(() => tfl.upSampling2d({ ...inside, size: [2, 3] })),
    'upSampling2d, bilinear': picture(() => tfl.upSampling2d({ ...inside, size: [2, 2], interpolation: 'bilinear' })),
    centerCrop: picture(
      () => tfl.conv2d({ ...blank, filters: 2, kernelSize: 1 }),
      () => tfl.centerCrop({ ...inside, height: 4, width: 3 }),
    ),
    permute: picture(() => tfl.permute({ ...inside, dims: [3, 1, 2] })),
    reshape: picture(() => tfl.reshape({ ...inside, targetShape: [9, 8] })),
    'batchNormalization of channels': picture(() => tfl.batchNormalization(inside)),
    'batchNormalization along rows': picture(() => tfl.batchNormalization({ ...inside, axis: 1 })),
    'layerNormalization over two axes': picture(() => tfl.layerNormalization({ ...inside, axis: [1, 2, 3] })),
  });
});

describe('a layer on series', () => {
  const series = (...make: (() => Layer)[]) =>
    chain(
      [8, 3],
      ...make,
      () => tfl.flatten(),
      () => dense(3, 'last'),
    );
  describeModels({
    conv1d: series(() => tfl.conv1d({ ...blank, ...inside, filters: 4, kernelSize: 3, activation: 'tanh' })),
    'conv1d with dilation': series(() =>
      tfl.conv1d({ ...blank, ...inside, filters: 4, kernelSize: 2, dilationRate: 2 }),
    ),
    'conv1d with strides': series(() =>
      tfl.conv1d({ ...blank, ...inside, filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
    ),
    averagePooling1d: series(() => tfl.averagePooling1d({ ...inside, poolSize: 2 })),
    maxPooling1d: series(() => tfl.maxPooling1d({ ...inside, poolSize: 3, strides: 2, padding: 'same' })),
    globalAveragePooling1d: chain(
      [8, 3],
      () => tfl.globalAveragePooling1d(inside),
      () => dense(3, 'last'),
    ),
    globalMaxPooling1d: chain(
      [8, 3],
      () => tfl.globalMaxPooling1d(inside),
      () => dense(3, 'last'),
    ),
    spatialDropout1d: series(() => tfl.spatialDropout1d({ ...inside, rate: 0.5 })),
  });
});

describe('a layer on volumes', () => {
  const volume = (...make: (() => Layer)[]) =>
    chain(
      [4, 4, 4, 2],
      ...make,
      () => tfl.flatten(),
      () => dense(3, 'last'),
    );
  describeModels({
    conv3d: volume(() => tfl.conv3d({ ...blank, ...inside, filters: 2, kernelSize: 2, activation: 'tanh' })),
    conv3dTranspose: {
      ...volume(() => tfl.conv3dTranspose({ ...blank, ...inside, filters: 2, kernelSize: 2, strides: 2 })),
      except: { wasm: 'its kernel leaves products out, so that what it computes is not the layer' },
    },
    averagePooling3d: volume(() => tfl.averagePooling3d({ ...inside, poolSize: 2, strides: 1, padding: 'same' })),
    maxPooling3d: {
      ...volume(() => tfl.maxPooling3d({ ...inside, poolSize: 2 })),
      // Where no two are nearly the largest of their window.
      inputs: () => seeded(7, [2, 4, 4, 4, 2]),
    },
  });
});

describe('a layer that joins others', () => {
  const joining = (make: () => Layer): ModelCase => ({
    make: () => {
      const x = input({ shape: [5] });
      const [a, b] = [apply(dense(4, 'a'), x), apply(dense(4, 'b'), x)];
      return ofLayers(weigh(functional({ inputs: x, outputs: apply(dense(3, 'last'), apply(make(), a, b)) })));
    },
    inputs: () => seeded(1, [2, 5]),
    at: [layer('inside'), layer('a'), layer('inside', { side: 'input' })],
  });
  describeModels({
    add: joining(() => tfl.add(inside)),
    average: joining(() => tfl.average(inside)),
    multiply: joining(() => tfl.multiply(inside)),
    maximum: joining(() => tfl.maximum(inside)),
    minimum: joining(() => tfl.minimum(inside)),
    concatenate: joining(() => tfl.concatenate(inside)),
    dot: joining(() => tfl.dot({ ...inside, axes: -1 })),
    'dot, normalised': joining(() => tfl.dot({ ...inside, axes: -1, normalize: true })),
  });
});
