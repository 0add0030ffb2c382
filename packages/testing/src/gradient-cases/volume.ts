import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { distinct, smooth, type Values } from '../gradcheck/values';

type Triple = [number, number, number];

const geometries: { pad: 'same' | 'valid'; strides?: number | Triple; dilations?: number | Triple }[] = (
  ['same', 'valid'] as const
).flatMap((pad) => [
  { pad },
  { pad, strides: 2 },
  { pad, strides: [1, 2, 3] as Triple },
  { pad, strides: [3, 1, 1] as Triple },
  { pad, dilations: 2 },
  { pad, dilations: [2, 1, 1] as Triple },
]);

const attrsOf = ({ strides = 1, dilations = 1, pad }: (typeof geometries)[number]) => ({
  strides: typeof strides === 'number' ? [strides, strides, strides] : strides,
  dilations: typeof dilations === 'number' ? [dilations, dilations, dilations] : dilations,
  pad,
  dataFormat: 'NDHWC',
});

const transposed = (pad: 'same' | 'valid', strides: Triple, inputs: Triple, filter: Triple): KernelCase => {
  const outputs = inputs.map((n, i) => {
    const stride = strides[i] ?? 1;
    return pad === 'same' ? Math.ceil(n / stride) : Math.floor((n - (filter[i] ?? 1)) / stride) + 1;
  });
  return {
    inputs: { dy: smooth(2, ...outputs, 3), filter: smooth(...filter, 2, 3) },
    attrs: { strides, pad, inputShape: [2, ...inputs, 2] },
    ...((inputs[0] > 1 || Math.max(...strides) > 1) && {
      except: { wasm: 'leaves products out, with strides or behind the first plane' },
    }),
  };
};

const raised = ({ data, ...rest }: Values): Values => ({ ...rest, data: data.map((value) => value + 13) });

export const volumeCases: KernelCases = {
  Conv3D: (
    [
      [2, 2, 2, 2, 3],
      [3, 1, 2, 1, 2],
      [1, 1, 1, 2, 2],
    ] as const
  ).flatMap((filter) =>
    geometries.map((geometry) => ({
      inputs: { x: smooth(2, 4, 5, 4, filter[3]), filter: smooth(...filter) },
      attrs: attrsOf(geometry),
    })),
  ),
  Conv3DBackpropInputV2: (['same', 'valid'] as const).flatMap((pad) =>
    (
      [
        [1, 1, 1],
        [2, 2, 2],
        [1, 3, 2],
      ] as Triple[]
    ).flatMap((strides) => [
      transposed(pad, strides, [4, 5, 4], [2, 3, 2]),
      transposed(pad, strides, [1, 5, 4], [1, 3, 2]),
    ]),
  ),
  MaxPool3D: [
    ...(['same', 'valid'] as const).map((pad) => ({
      inputs: { x: raised(distinct(2, 3, 4, 5, 2)) },
      attrs: { filterSize: 2, strides: [2, 1, 2], pad, dataFormat: 'NDHWC' },
    })),
    ...(['same', 'valid'] as const).flatMap((pad) =>
      [
        { filterSize: [2, 2, 2], strides: [2, 2, 2] },
        { filterSize: [3, 2, 3], strides: [1, 2, 1] },
        { filterSize: [1, 3, 2], strides: [2, 1, 3] },
        { filterSize: 3, strides: 1 },
      ].map((rest) => ({
        inputs: { x: distinct(1, 4, 3, 4, 2) },
        attrs: { ...rest, pad, dataFormat: 'NDHWC' },
        except: { wasm: 'gives 0 where all of a window is below 0' },
      })),
    ),
    {
      inputs: { x: distinct(1, 5, 4, 4, 1) },
      attrs: { filterSize: 3, strides: 2, pad: 1, dimRoundingMode: 'floor', dataFormat: 'NDHWC' },
      except: { wasm: 'gives 0 where all of a window is below 0' },
    },
  ],
  AvgPool3D: (['same', 'valid'] as const).flatMap((pad) =>
    [
      { filterSize: [2, 2, 2], strides: [2, 2, 2] },
      { filterSize: [3, 2, 3], strides: [1, 2, 1] },
      { filterSize: 3, strides: [2, 1, 3] },
    ].map((rest) => ({ inputs: { x: smooth(1, 4, 3, 4, 2) }, attrs: { ...rest, pad, dataFormat: 'NDHWC' } })),
  ),
};
