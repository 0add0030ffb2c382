import { describe, it } from 'vitest';
import { expectSameGradient } from '../../test/on-both';

const kernels = [1, 2, 3, 5, 7];
const sides = [
  [7, 8],
  [9, 6],
] as const;
const explicit = [
  [0, 0],
  [1, 2],
  [0, 3],
  [0, 0],
];
const wide = [
  [0, 0],
  [4, 0],
  [3, 1],
  [0, 0],
];

function* geometries(stride: number, dilation: number) {
  for (const kernel of kernels) {
    for (const pad of ['same', 'valid', explicit, wide] as const) {
      for (const [height, width] of sides) {
        if (pad === 'valid' && (kernel - 1) * dilation >= Math.min(height, width)) continue;
        if (pad === explicit && (kernel - 1) * dilation >= Math.min(height, width) + 3) continue;
        if (pad === wide && (kernel - 1) * dilation >= Math.min(height, width) + 4) continue;
        const attrs = { strides: [stride, stride], pad, dilations: [dilation, dilation], dataFormat: 'NHWC' };
        yield { kernel, height, width, attrs };
      }
    }
  }
}

const spacings = [
  [1, 1],
  [2, 1],
  [3, 1],
  [1, 2],
  [1, 3],
] as const;

describe.each(spacings)('with stride %i and dilation %i', (stride, dilation) => {
  it('sends back through a convolution what the generic rule sends, for every padding and size', async () => {
    for (const { kernel, height, width, attrs } of geometries(stride, dilation)) {
      const inputs = { x: [2, height, width, 3], filter: [kernel, kernel, 3, 4] };
      await expectSameGradient({ kernel: 'Conv2D', inputs, attrs });
    }
  });

  it.each([
    [3, 1],
    [3, 2],
    [2, 2],
    [12, 1],
  ])('does so through a depthwise convolution of %i channels with multiplier %i', async (channels, multiplier) => {
    for (const { kernel, height, width, attrs } of geometries(stride, dilation)) {
      const inputs = { x: [2, height, width, channels], filter: [kernel, kernel, channels, multiplier] };
      await expectSameGradient({ kernel: 'DepthwiseConv2dNative', inputs, attrs });
    }
  });
});

describe('a window of unequal sides', () => {
  it.each([
    ['Conv2D', [2, 3, 2, 5]],
    ['DepthwiseConv2dNative', [2, 3, 2, 1]],
    ['DepthwiseConv2dNative', [2, 3, 8, 1]],
  ])('has the gradient of the generic rule (%s %j)', async (kernel, filter) => {
    for (const strides of [
      [1, 2],
      [3, 1],
      [2, 3],
    ]) {
      for (const pad of ['same', 'valid']) {
        const inputs = { x: [1, 9, 8, filter[2] ?? 1], filter };
        await expectSameGradient({ kernel, inputs, attrs: { strides, pad, dilations: [1, 1], dataFormat: 'NHWC' } });
      }
    }
  });
});

describe('a depthwise convolution of tfjs-layers', () => {
  it('has the gradient of the generic rule although its dilation is null', async () => {
    const attrs = { strides: [2, 2], pad: 'same', dilations: null, dataFormat: 'NHWC' };
    await expectSameGradient({
      kernel: 'DepthwiseConv2dNative',
      inputs: { x: [1, 7, 7, 2], filter: [3, 3, 2, 1] },
      attrs,
    });
  });
});

describe.each([
  ['FusedConv2D', [3, 3, 3, 4]],
  ['FusedDepthwiseConv2D', [3, 3, 3, 1]],
] as const)('%s', (kernel, filter) => {
  const channels = kernel === 'FusedConv2D' ? 4 : 3;
  const attrs = { strides: [2, 2], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' };
  const inputs = { x: [2, 7, 8, 3], filter: [...filter], bias: [channels] };

  it.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid'])(
    'walks back through %s as the generic rule does',
    async (activation) => {
      await expectSameGradient({ kernel, inputs, attrs: { ...attrs, activation }, wanted: ['x', 'bias'] });
    },
  );

  it.each([0.3, -0.3])('walks back through a leaky slope of %f', async (leakyreluAlpha) => {
    await expectSameGradient({ kernel, inputs, attrs: { ...attrs, activation: 'leakyrelu', leakyreluAlpha } });
  });

  it('walks back through slopes of any sign', async () => {
    const sloped = { ...inputs, preluActivationWeights: [channels] };
    await expectSameGradient({ kernel, inputs: sloped, attrs: { ...attrs, activation: 'prelu' } });
  });
});
