import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { booleans, floats, integers, smooth } from '../gradcheck/values';

export const shapeCases: KernelCases = {
  Identity: [{ inputs: { x: smooth(2, 3) } }],
  Cast: [{ inputs: { x: smooth(2, 3) }, attrs: { dtype: 'float32' } }],
  Reshape: [
    { inputs: { x: smooth(2, 3) }, attrs: { shape: [3, 2] } },
    { inputs: { x: smooth(1) }, attrs: { shape: [] } },
  ],
  ExpandDims: [0, 1, 2, -1].map((dim) => ({ inputs: { input: smooth(2, 3) }, attrs: { dim } })),
  Transpose: [
    { inputs: { x: smooth(2, 3) }, attrs: { perm: [1, 0] } },
    { inputs: { x: smooth(2, 3, 4) }, attrs: { perm: [2, 0, 1] } },
    { inputs: { x: smooth(2, 1, 3, 2) }, attrs: { perm: [3, 1, 0, 2] } },
    { inputs: { x: smooth(2, 1, 3, 2, 2) }, attrs: { perm: [4, 2, 0, 3, 1] } },
  ],
  Reverse: [0, 1, [0, 1], [-1], [2, 0]].map((dims) => ({ inputs: { x: smooth(2, 3, 2) }, attrs: { dims } })),
  FlipLeftRight: [{ inputs: { image: smooth(2, 2, 3, 2) } }],
  Concat: [0, 1, -1].map((axis) => ({
    inputs:
      axis === 0
        ? [smooth(1, 3, 2), smooth(3, 3, 2)]
        : [1, 2, 1].map((n) => (axis === 1 ? smooth(2, n, 2) : smooth(2, 2, n))),
    attrs: { axis },
  })),
  SplitV: [
    { inputs: { x: smooth(2, 6) }, attrs: { numOrSizeSplits: 3, axis: 1 } },
    { inputs: { x: smooth(2, 6) }, attrs: { numOrSizeSplits: [1, 3, 2], axis: 1 } },
    { inputs: { x: smooth(4, 2, 3) }, attrs: { numOrSizeSplits: [3, 1], axis: 0 } },
    { inputs: { x: smooth(4, 2) }, attrs: { numOrSizeSplits: [1, -1], axis: 0 } },
  ],
  Pack: [0, 1, 2].map((axis) => ({ inputs: [smooth(2, 3), smooth(2, 3), smooth(2, 3)], attrs: { axis } })),
  Unpack: [0, 1, 2].map((axis) => ({ inputs: { value: smooth(2, 3, 4) }, attrs: { axis } })),
  Tile: [
    { inputs: { x: smooth(3) }, attrs: { reps: [2] } },
    { inputs: { x: smooth(2, 3) }, attrs: { reps: [3, 2] } },
    { inputs: { x: smooth(2, 1, 3) }, attrs: { reps: [1, 4, 2] } },
    { inputs: { x: smooth(1, 2, 1, 2, 2) }, attrs: { reps: [2, 1, 2, 1, 2] } },
  ],
  DepthToSpace: [
    { inputs: { x: smooth(1, 2, 3, 4) }, attrs: { blockSize: 2, dataFormat: 'NHWC' } },
    { inputs: { x: smooth(2, 1, 2, 18) }, attrs: { blockSize: 3, dataFormat: 'NHWC' } },
    {
      inputs: { x: smooth(1, 8, 2, 3) },
      attrs: { blockSize: 2, dataFormat: 'NCHW' },
      except: { cpu: 'takes NHWC only' },
    },
  ],
  SpaceToBatchND: [
    {
      inputs: { x: smooth(1, 4, 4, 2) },
      attrs: {
        blockShape: [2, 2],
        paddings: [
          [0, 0],
          [0, 0],
        ],
      },
    },
    {
      inputs: { x: smooth(2, 3, 5, 1) },
      attrs: {
        blockShape: [2, 3],
        paddings: [
          [1, 0],
          [0, 1],
        ],
      },
    },
  ],
  BatchToSpaceND: [
    {
      inputs: { x: smooth(4, 2, 2, 2) },
      attrs: {
        blockShape: [2, 2],
        crops: [
          [0, 0],
          [0, 0],
        ],
      },
    },
    {
      inputs: { x: smooth(8, 2, 3, 1) },
      attrs: {
        blockShape: [2, 2],
        crops: [
          [1, 0],
          [0, 2],
        ],
      },
    },
  ],
  Diag: [{ inputs: { x: smooth(3) } }],
};

const strided = (
  shape: number[],
  begin: number[],
  end: number[],
  strides: number[],
  masks: Partial<Record<string, number>> = {},
) => ({
  inputs: { x: smooth(...shape) },
  attrs: {
    begin,
    end,
    strides,
    beginMask: 0,
    endMask: 0,
    ellipsisMask: 0,
    newAxisMask: 0,
    shrinkAxisMask: 0,
    ...masks,
  },
});

const wrongForward = (example: KernelCase): KernelCase => ({
  ...example,
  except: {
    cpu: 'reads other entries, or fails, where a stride meets a dropped axis',
    wasm: 'reads other entries where a stride meets a dropped axis',
  },
});

export const slicingCases: KernelCases = {
  Slice: [
    { inputs: { x: smooth(5) }, attrs: { begin: [1], size: [3] } },
    { inputs: { x: smooth(3, 4) }, attrs: { begin: [1, 0], size: [2, 4] } },
    { inputs: { x: smooth(3, 4) }, attrs: { begin: [0, 2], size: [-1, -1] } },
    { inputs: { x: smooth(2, 3, 4) }, attrs: { begin: [0, 1, 1], size: [1, 2, 2] } },
    { inputs: { x: smooth(2, 2, 3, 2, 2) }, attrs: { begin: [0, 1, 1, 0, 1], size: [2, 1, 2, 2, 1] } },
  ],
  StridedSlice: [
    strided([6], [1], [5], [2]),
    strided([6], [4], [0], [-1]),
    strided([6], [0], [0], [-2], { beginMask: 1, endMask: 1 }),
    strided([3, 5], [0, 1], [3, 5], [2, 3]),
    strided([3, 5], [1, -1], [3, -5], [1, -2]),
    strided([3, 5], [1, 1], [2, 4], [1, 1]),
    wrongForward(strided([3, 5], [2, 0], [3, 5], [1, 2], { shrinkAxisMask: 1 })),
    strided([3, 5], [0, 4], [3, 5], [1, 1], { shrinkAxisMask: 2, beginMask: 1, endMask: 1 }),
    strided([3, 5], [0, 0, 1], [0, 0, 5], [1, 1, 2], { newAxisMask: 1, beginMask: 2, endMask: 2 }),
    strided([2, 3, 2, 4], [0, 1], [0, 4], [1, 2], { ellipsisMask: 1 }),
    wrongForward(strided([2, 3, 2, 4], [1, 0, 3], [2, 0, 0], [1, 1, -2], { ellipsisMask: 2, shrinkAxisMask: 1 })),
    strided([3, 5], [0, 0], [3, 5], [1, 1]),
    strided([4, 3], [1], [3], [1]),
  ],
  PadV2: [
    { inputs: { x: smooth(3) }, attrs: { paddings: [[1, 2]], constantValue: 0 } },
    {
      inputs: { x: smooth(2, 3) },
      attrs: {
        paddings: [
          [1, 0],
          [0, 2],
        ],
        constantValue: 3,
      },
    },
    {
      inputs: { x: smooth(1, 2, 2, 2) },
      attrs: {
        paddings: [
          [0, 0],
          [1, 1],
          [0, 1],
          [0, 0],
        ],
        constantValue: 0,
      },
    },
    {
      inputs: { x: smooth(1, 2, 1, 2, 2) },
      attrs: {
        paddings: [
          [0, 1],
          [1, 1],
          [0, 1],
          [0, 0],
          [2, 0],
        ],
        constantValue: 0,
      },
    },
  ],
  MirrorPad: (['reflect', 'symmetric'] as const).flatMap((mode) => [
    { inputs: { x: smooth(4) }, attrs: { paddings: [[2, 3]], mode } },
    {
      inputs: { x: smooth(3, 4) },
      attrs: {
        paddings: [
          [2, 0],
          [1, 3],
        ],
        mode,
      },
    },
    {
      inputs: { x: smooth(1, 3, 2, 2) },
      attrs: {
        paddings: [
          [0, 0],
          [2, 1],
          [1, 1],
          [0, 0],
        ],
        mode,
      },
    },
  ]),
  Select: [
    { inputs: { condition: booleans([3], [1, 0, 1]), t: smooth(3), e: smooth(3) } },
    { inputs: { condition: booleans([2, 3], [1, 0, 0, 1, 1, 0]), t: smooth(2, 3), e: smooth(2, 3) } },
  ],
};

export const gatherCases: KernelCases = {
  GatherV2: [
    { inputs: { x: smooth(4), indices: integers([3], [1, 1, 3]) }, attrs: { axis: 0, batchDims: 0 } },
    { inputs: { x: smooth(3, 2), indices: integers([2, 2], [0, 2, 2, 2]) }, attrs: { axis: 0, batchDims: 0 } },
    { inputs: { x: smooth(2, 3, 2), indices: integers([4], [2, 0, 2, 1]) }, attrs: { axis: 1, batchDims: 0 } },
    { inputs: { x: smooth(2, 3), indices: integers([], [1]) }, attrs: { axis: 1, batchDims: 0 } },
    { inputs: { x: smooth(2, 3), indices: integers([2], [1, 0]) }, attrs: { axis: -1, batchDims: 0 } },
    { inputs: { x: smooth(2, 3, 2), indices: integers([2, 2], [0, 2, 1, 1]) }, attrs: { axis: 1, batchDims: 1 } },
    { inputs: { x: smooth(2, 2, 3), indices: integers([2, 2], [0, 2, 1, 1]) }, attrs: { axis: 2, batchDims: 1 } },
    {
      inputs: { x: smooth(2, 2, 3), indices: integers([2, 2, 1], [0, 2, 1, 1]) },
      attrs: { axis: 2, batchDims: 2 },
      except: { wasm: 'takes other indices with batchDims, unless a batch has as many as there are batches' },
    },
  ],
  GatherNd: [
    { inputs: { params: smooth(3), indices: integers([4, 1], [0, 2, 2, 1]) } },
    { inputs: { params: smooth(2, 3), indices: integers([2, 2], [0, 1, 1, 2]) } },
    { inputs: { params: smooth(3, 2), indices: integers([2, 1], [2, 2]) } },
    { inputs: { params: smooth(2, 2, 2), indices: integers([2, 1, 2], [0, 1, 1, 1]) } },
  ],
  ScatterNd: [
    { inputs: { indices: integers([3, 1], [4, 1, 1]), updates: smooth(3) }, attrs: { shape: [5] } },
    { inputs: { indices: integers([2, 1], [2, 0]), updates: smooth(2, 3) }, attrs: { shape: [4, 3] } },
    { inputs: { indices: integers([2, 2], [0, 1, 2, 0]), updates: smooth(2) }, attrs: { shape: [3, 2] } },
  ],
  TensorScatterUpdate: [
    { inputs: { tensor: smooth(5), indices: integers([2, 1], [4, 1]), updates: smooth(2) } },
    { inputs: { tensor: smooth(3, 2), indices: integers([1, 1], [2]), updates: smooth(1, 2) } },
    { inputs: { tensor: smooth(3, 2), indices: integers([3, 1], [2, 0, 2]), updates: smooth(3, 2) } },
    { inputs: { tensor: smooth(2, 2), indices: integers([3, 2], [0, 1, 1, 1, 0, 1]), updates: smooth(3) } },
  ],
  SparseToDense: [
    {
      inputs: { sparseIndices: integers([3], [4, 0, 2]), sparseValues: smooth(3), defaultValue: smooth() },
      attrs: { outputShape: [6] },
    },
    {
      inputs: { sparseIndices: integers([2, 2], [1, 2, 0, 0]), sparseValues: smooth(2), defaultValue: smooth() },
      attrs: { outputShape: [2, 3] },
    },
    {
      inputs: { sparseIndices: integers([2, 2], [1, 2, 0, 0]), sparseValues: smooth(), defaultValue: smooth() },
      attrs: { outputShape: [2, 3] },
    },
    {
      inputs: { sparseIndices: integers([], [1]), sparseValues: smooth(), defaultValue: smooth() },
      attrs: { outputShape: [3] },
    },
    {
      inputs: { sparseIndices: integers([3], [1, 2, 1]), sparseValues: smooth(3), defaultValue: smooth() },
      attrs: { outputShape: [4] },
    },
  ],
};

const sampling = [
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: true },
];
const resizes = sampling.flatMap((how) =>
  [
    [5, 7],
    [6, 6],
    [2, 3],
    [1, 1],
    [3, 4],
  ].map((size) => ({ inputs: { images: smooth(2, 3, 4, 2) }, attrs: { ...how, size } })),
);

export const resizeCases: KernelCases = {
  ResizeBilinear: resizes,
  ResizeNearestNeighbor: [
    ...resizes,
    {
      inputs: { images: floats([1, 1, 2, 1], [1, 2]) },
      attrs: { size: [4, 5], alignCorners: false, halfPixelCenters: true },
    },
  ],
};
