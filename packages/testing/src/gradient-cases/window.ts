import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { distinct, smooth, type Values } from '../gradcheck/values';

type Pad = 'same' | 'valid' | number | number[][];

interface Geometry {
  readonly pad: Pad;
  readonly strides?: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const explicit = [
  [0, 0],
  [2, 1],
  [0, 2],
  [0, 0],
];

/** Padding × stride × dilation, even and uneven, windows that leave a remainder, rounding. */
const geometries: Geometry[] = [
  ...(['same', 'valid', explicit] as const).flatMap((pad) =>
    [
      {},
      { strides: 2 },
      { strides: [2, 3] as [number, number] },
      { dilations: 2 },
      { dilations: [1, 2] as [number, number] },
    ].map((rest): Geometry => ({ pad: pad as Pad, ...rest })),
  ),
  { pad: 1, strides: 1, dimRoundingMode: 'floor' },
  { pad: 1, strides: 2, dimRoundingMode: 'floor' },
  { pad: 1, strides: 2, dimRoundingMode: 'ceil' },
  { pad: 'same', strides: 4 },
  {
    pad: [
      [0, 0],
      [4, 4],
      [4, 0],
      [0, 0],
    ],
  },
];

const attrsOf = ({ strides = 1, dilations = 1, ...rest }: Geometry) => ({
  strides: typeof strides === 'number' ? [strides, strides] : strides,
  dilations: typeof dilations === 'number' ? [dilations, dilations] : dilations,
  dataFormat: 'NHWC',
  ...rest,
});

/** Why XNNPACK's result is not what TF.js makes of it, if so. */
function wrongOnWasm(
  { pad, strides, dimRoundingMode }: Geometry,
  [height, width]: readonly number[],
): string | undefined {
  if (dimRoundingMode === 'ceil') return 'rounds a size down where it is to be rounded up';
  if (typeof pad === 'number' && height !== width)
    return 'pads rows and columns alike, with a number for the padding and a filter that is not square';
  if (pad === 'same' && strides === 4 && height === 2)
    return 'gives zeros where a stride wider than the filter leaves inputs over, with "same"';
  return undefined;
}

function exceptOnWasm(geometry: Geometry, filter: readonly number[]): Pick<KernelCase, 'except'> {
  const wasm = wrongOnWasm(geometry, filter);
  return wasm ? { except: { wasm } } : {};
}

const convolutions = (filters: [number, number, number, number][]): KernelCase[] =>
  filters.flatMap((filter) =>
    geometries.map((geometry) => ({
      inputs: { x: smooth(2, 7, 6, filter[2]), filter: smooth(...filter) },
      attrs: attrsOf(geometry),
      ...exceptOnWasm(geometry, filter),
    })),
  );

const activations = [
  { activation: 'linear' },
  { activation: 'relu' },
  { activation: 'relu6' },
  { activation: 'elu' },
  { activation: 'sigmoid' },
  { activation: 'leakyrelu', leakyreluAlpha: 0.2 },
  { activation: 'leakyrelu', leakyreluAlpha: -0.3 },
  { activation: 'prelu' },
];

/** Each bias settles its channel's side of every kink; the weights are small. */
const bias: Values = { shape: [4], dtype: 'float32', data: Float32Array.of(-20, 3, -2.5, 20) };
const slopes: Values = { shape: [4], dtype: 'float32', data: Float32Array.of(0.3, -0.4, -0.2, 0.5) };
const small = (values: Values): Values => ({ ...values, data: values.data.map((value) => value / 10) });

const fused = (filter: [number, number, number, number]): KernelCase[] =>
  activations.flatMap(({ activation, ...rest }) =>
    [{ pad: 'same' as const }, { pad: 'valid' as const, strides: 2 }, { pad: 'same' as const, dilations: 2 }].map(
      (geometry) => ({
        inputs: {
          x: smooth(1, 5, 5, filter[2]),
          filter: small(smooth(...filter)),
          bias,
          ...(activation === 'prelu' && { preluActivationWeights: slopes }),
        },
        attrs: { ...attrsOf(geometry), activation, ...rest },
      }),
    ),
  );

const withoutBias = (filter: [number, number, number, number]): KernelCase => ({
  inputs: { x: smooth(1, 4, 4, filter[2]), filter: smooth(...filter) },
  attrs: { ...attrsOf({ pad: 'same' }), activation: 'linear' },
});

const channelsFirst = { ...attrsOf({ pad: 'same', strides: 2 }), dataFormat: 'NCHW' };
const except = { wasm: 'takes NHWC only' };

const transposed = (stride: number, pad: Pad, size: number): KernelCase => ({
  inputs: { dy: smooth(2, size, size, 3), filter: smooth(3, 3, 2, 3) },
  attrs: {
    strides: [stride, stride],
    pad,
    dataFormat: 'NHWC',
    inputShape: [2, 8, 8, 2],
    ...(typeof pad === 'number' && { dimRoundingMode: 'floor' }),
  },
});

export const convolutionCases: KernelCases = {
  Conv2D: [
    ...convolutions([
      [3, 3, 2, 3],
      [2, 3, 1, 2],
      [1, 1, 2, 2],
    ]),
    { inputs: { x: smooth(1, 2, 5, 4), filter: smooth(3, 3, 2, 3) }, attrs: channelsFirst, except },
    {
      inputs: { x: smooth(1, 2, 5, 4), filter: smooth(3, 3, 2, 3) },
      attrs: { ...attrsOf({ pad: 'valid', dilations: [2, 1] }), dataFormat: 'NCHW' },
      except,
    },
  ],
  FusedConv2D: [
    ...fused([3, 3, 2, 4]),
    withoutBias([3, 3, 2, 2]),
    ...['linear', 'prelu'].map((activation) => ({
      inputs: {
        x: smooth(1, 2, 5, 4),
        filter: small(smooth(3, 3, 2, 4)),
        bias,
        ...(activation === 'prelu' && { preluActivationWeights: slopes }),
      },
      attrs: { ...channelsFirst, activation },
      except,
    })),
  ],
  DepthwiseConv2dNative: convolutions([
    [3, 3, 2, 1],
    [2, 3, 2, 2],
  ]),
  FusedDepthwiseConv2D: [...fused([3, 3, 4, 1]), ...fused([3, 2, 2, 2]), withoutBias([3, 3, 2, 2])],
  Conv2DBackpropInput: [1, 2, 3, 4].flatMap((stride) => [
    transposed(stride, 'same', Math.ceil(8 / stride)),
    transposed(stride, 'valid', Math.floor((8 - 3) / stride) + 1),
    transposed(stride, 1, Math.floor((8 - 1) / stride) + 1),
  ]),
  DepthwiseConv2dNativeBackpropInput: [1, 2, 3].flatMap((stride) =>
    (['same', 'valid'] as const).flatMap((pad) =>
      [1, 2].map((multiplier) => {
        const size = pad === 'same' ? Math.ceil(7 / stride) : Math.floor((7 - 3) / stride) + 1;
        return {
          inputs: { dy: smooth(2, size, size, 2 * multiplier), filter: smooth(3, 3, 2, multiplier) },
          attrs: { strides: [stride, stride], dilations: [1, 1], pad, inputShape: [2, 7, 7, 2] },
        };
      }),
    ),
  ),
};

const pools: {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: Pad;
  dimRoundingMode?: string;
}[] = [
  ...(['same', 'valid'] as const).flatMap((pad) => [
    { filterSize: 2, strides: 2, pad },
    { filterSize: 3, strides: 1, pad },
    { filterSize: 3, strides: 2, pad },
    { filterSize: [2, 3] as [number, number], strides: [3, 1] as [number, number], pad },
    { filterSize: 1, strides: 2, pad },
    { filterSize: [5, 6] as [number, number], strides: 1, pad },
  ]),
  { filterSize: 3, strides: 2, pad: 1, dimRoundingMode: 'floor' },
  { filterSize: 3, strides: 2, pad: 1, dimRoundingMode: 'ceil' },
  {
    filterSize: 3,
    strides: 2,
    pad: [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  },
];

const roundedUp = ({ dimRoundingMode }: { dimRoundingMode?: string }): Pick<KernelCase, 'except'> =>
  dimRoundingMode === 'ceil' ? { except: { wasm: 'rounds a size down where it is to be rounded up' } } : {};

/** A filter whose sums with distinct values are apart, and above 0: wasm takes 0 for what is below. */
const lifted = (height: number, width: number, channels: number): Values => {
  const { shape, data } = distinct(height, width, channels);
  return { shape, dtype: 'float32', data: data.map((value) => 13 + value * 10.3) };
};

const dilations: KernelCase[] = [
  ...(['same', 'valid', 1] as const).flatMap((pad) =>
    [
      { strides: [1, 1], dilations: [1, 1] },
      { strides: [2, 2], dilations: [1, 1] },
      { strides: [1, 1], dilations: [2, 1] },
      { strides: [1, 3], dilations: [1, 1] },
    ].map((rest) => ({
      inputs: { x: distinct(2, 5, 6, 2), filter: lifted(2, 3, 2) },
      attrs: { ...rest, pad },
    })),
  ),
  {
    inputs: { x: distinct(1, 3, 4, 2), filter: distinct(1, 1, 2) },
    attrs: { strides: 1, pad: 'valid', dilations: 1 },
    except: { wasm: 'gives 0 where all of a window is below 0' },
  },
];

export const poolingCases: KernelCases = {
  AvgPool: pools.map((attrs) => ({ inputs: { x: smooth(2, 5, 6, 2) }, attrs, ...roundedUp(attrs) })),
  Dilation2D: dilations,
  MaxPool: pools.map((attrs) => ({ inputs: { x: distinct(2, 5, 6, 2) }, attrs, ...roundedUp(attrs) })),
  MaxPoolWithArgmax: pools
    .filter(({ pad }) => typeof pad === 'string')
    .flatMap((attrs) =>
      [true, false].map((includeBatchInIndex) => ({
        inputs: { x: distinct(2, 5, 6, 2) },
        attrs: { ...attrs, includeBatchInIndex },
      })),
    ),
};
