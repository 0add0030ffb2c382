import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { floats, integers, smooth, type Values } from '../gradcheck/values';

/** Two boxes inside, one across the image, one turned round, one that reaches over the edges. */
const boxes = floats(
  [5, 4],
  [
    ...[0.113, 0.067, 0.829, 0.617],
    ...[0.323, 0.131, 0.571, 0.911],
    ...[0, 0, 1, 1],
    ...[0.907, 0.837, 0.213, 0.127],
    ...[-0.371, 0.223, 0.719, 1.381],
  ],
);
const boxInd = integers([5], [0, 1, 1, 0, 1]);

const cropped = (method: string, cropSize: [number, number], sides: Values): KernelCase => ({
  inputs: { image: smooth(2, 6, 5, 2), boxes: sides, boxInd },
  attrs: { cropSize, method, extrapolationValue: 0.3 },
  // Between one pixel and the next a crop bends, or jumps, as its box moves.
  reach: 0.0005,
  // A side of the image is a kink.
  ...(sides === boxes && { still: ['boxes'] }),
});

const inside = floats(
  [5, 4],
  [
    ...[0.113, 0.067, 0.829, 0.617],
    ...[0.323, 0.131, 0.571, 0.911],
    ...[0.061, 0.213, 0.947, 0.733],
    ...[0.907, 0.837, 0.213, 0.127],
    ...[0.431, 0.337, 0.711, 0.593],
  ],
);

const moves = {
  nothing: [1, 0, 0, 0, 1, 0, 0, 0],
  shifted: [1, 0, 0.7, 0, 1, -1.3, 0, 0],
  turned: [0.81, -0.59, 1.13, 0.57, 0.79, -0.91, 0, 0],
  larger: [0.45, 0.1, 0.33, -0.07, 0.52, 0.21, 0, 0],
  far: [2.3, 0.4, -5.2, 0.3, 1.9, -6.1, 0, 0],
  projected: [0.9, 0.2, 0.13, 0.1, 1.1, 0.27, 0.03, 0.05],
};

const transform = (
  move: number[],
  fillMode: string,
  interpolation: string,
  outputShape?: [number, number],
): KernelCase => ({
  inputs: { image: smooth(1, 5, 4, 2), transforms: floats([1, 8], move) },
  attrs: { interpolation, fillMode, fillValue: 0.4, ...(outputShape && { outputShape }) },
  ...(fillMode === 'reflect' && move !== moves.nothing && { except: { wasm: 'reflects at the first edge wrongly' } }),
});

export const imageCases: KernelCases = {
  CropAndResize: [
    ...['bilinear', 'nearest'].flatMap((method) =>
      (
        [
          [3, 4],
          [1, 1],
          [8, 2],
          [6, 5],
        ] as [number, number][]
      ).flatMap((size) => [boxes, inside].map((sides) => cropped(method, size, sides))),
    ),
  ],
  Transform: [
    ...['constant', 'reflect', 'wrap', 'nearest'].flatMap((fillMode) =>
      ['bilinear', 'nearest'].flatMap((interpolation) =>
        Object.values(moves).map((move) => transform(move, fillMode, interpolation)),
      ),
    ),
    transform(moves.larger, 'constant', 'bilinear', [7, 6]),
    transform(moves.turned, 'reflect', 'nearest', [2, 9]),
    {
      inputs: {
        image: smooth(2, 4, 5, 1),
        transforms: floats([2, 8], [...moves.turned, ...moves.shifted]),
      },
      attrs: { interpolation: 'bilinear', fillMode: 'constant', fillValue: 0 },
      except: { cpu: 'moves the first image of a batch only' },
    },
    {
      inputs: { image: smooth(3, 4, 3, 1), transforms: floats([1, 8], moves.larger) },
      attrs: { interpolation: 'bilinear', fillMode: 'nearest', fillValue: 0 },
      except: { cpu: 'moves the first image of a batch only' },
    },
  ],
  RotateWithOffset: [0, 0.4, -1.1, 2.7].flatMap((radians) =>
    [0.5, [0.3, 0.6]].map((center) => ({
      inputs: { image: smooth(2, 5, 4, 2) },
      attrs: { radians, fillValue: 0.2, center },
    })),
  ),
};
