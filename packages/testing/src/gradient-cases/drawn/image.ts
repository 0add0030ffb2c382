import fc from 'fast-check';
import type { DrawnCases } from '../../gradcheck/check-kernel';
import { below, floats, smooth, within } from '../../gradcheck/values';
import { cases, whole } from './draw-case';

const size = fc.tuple(whole(1, 7), whole(1, 7));
const image = fc.record({ batch: whole(1, 2), height: whole(1, 5), width: whole(1, 5), channels: whole(1, 2) });

const resize = cases(
  fc.tuple(
    image,
    size,
    fc.constantFrom(
      { alignCorners: false, halfPixelCenters: false },
      { alignCorners: true, halfPixelCenters: false },
      { alignCorners: false, halfPixelCenters: true },
    ),
  ),
  ([{ batch, height, width, channels }, size, how]) => ({
    inputs: { images: smooth(batch, height, width, channels) },
    attrs: { ...how, size },
  }),
);

export const drawnImages: DrawnCases = {
  ResizeBilinear: resize,
  ResizeNearestNeighbor: resize,
  CropAndResize: cases(
    fc.tuple(image, size, whole(1, 3), fc.constantFrom('bilinear', 'nearest')),
    ([{ batch, height, width, channels }, cropSize, count, method]) => ({
      inputs: {
        image: smooth(batch, height, width, channels),
        boxes: within(-0.2, 1.2, count, 4),
        boxInd: below(batch, count),
      },
      attrs: { cropSize, method, extrapolationValue: 0.5 },
      // A crop bends and jumps as its box moves, and boxes are drawn anywhere.
      still: ['boxes'],
    }),
  ),
  Transform: cases(
    fc.tuple(
      image,
      size,
      fc.constantFrom('constant', 'wrap', 'nearest', 'reflect'),
      fc.constantFrom('bilinear', 'nearest'),
    ),
    ([{ batch, height, width, channels }, outputShape, fillMode, interpolation]) => {
      const move = within(-1, 1, batch * 8).data;
      const near = [1, 0, 0, 0, 1, 0, 0, 0];
      const span = [0.6, 0.6, 3, 0.6, 0.6, 3, 0.05, 0.05];
      const transforms = Array.from(move, (by, i) => (near[i % 8] ?? 0) + by * (span[i % 8] ?? 0));
      return {
        inputs: { image: smooth(batch, height, width, channels), transforms: floats([batch, 8], transforms) },
        attrs: { interpolation, fillMode, fillValue: 0.5, outputShape },
        except: {
          ...(batch > 1 && { cpu: 'moves the first image of a batch only' }),
          ...(fillMode === 'reflect' && { wasm: 'reflects at the first edge wrongly' }),
        },
      };
    },
  ),
  RotateWithOffset: cases(
    fc.tuple(image, fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(0.5, [0.3, 0.6])),
    ([{ batch, height, width, channels }, radians, center]) => ({
      inputs: { image: smooth(batch, height, width, channels) },
      attrs: { radians, fillValue: 0.2, center },
    }),
  ),
};
