import type {
  ResizeBilinearAttrs,
  ResizeBilinearInputs,
  ResizeNearestNeighborAttrs,
  ResizeNearestNeighborInputs,
  Tensor,
} from '@tensorflow/tfjs-core';
import { type AxisMap, adjointAlong } from './axis';
import { type GradientTable, rule } from './rule';

type Sampling = Pick<ResizeBilinearAttrs, 'alignCorners' | 'halfPixelCenters'>;

/** Resizing works on rows and columns by themselves, and so does its adjoint. TF.js's own forgets half-pixel centres. */
export const resizeGradients: GradientTable = {
  ResizeBilinear: rule<ResizeBilinearInputs, ResizeBilinearAttrs>(({ inputs: { images }, attrs, dy }) => ({
    images: () => adjoint(dy, images, (inputs, outputs) => bilinear(inputs, outputs, attrs)),
  })),
  ResizeNearestNeighbor: rule<ResizeNearestNeighborInputs, ResizeNearestNeighborAttrs>(
    ({ inputs: { images }, attrs, dy }) => ({
      images: () => adjoint(dy, images, (inputs, outputs) => nearest(inputs, outputs, attrs)),
    }),
  ),
};

function adjoint(dy: Tensor, images: Tensor, map: (inputs: number, outputs: number) => AxisMap): Tensor {
  return [1, 2].reduce(
    (signal, axis) => adjointAlong(signal, axis, map(images.shape[axis] ?? 1, dy.shape[axis] ?? 1)),
    dy,
  );
}

/** Inputs a step between outputs. */
const scale = (inputs: number, outputs: number, { alignCorners }: Sampling): number =>
  alignCorners && outputs > 1 ? (inputs - 1) / (outputs - 1) : inputs / outputs;

function bilinear(inputs: number, outputs: number, sampling: Sampling): AxisMap {
  const step = scale(inputs, outputs, sampling);
  return {
    inputs,
    outputs,
    weights(add) {
      for (let o = 0; o < outputs; o++) {
        const at = sampling.halfPixelCenters ? step * (o + 0.5) - 0.5 : step * o;
        const low = Math.max(0, Math.floor(at));
        const high = Math.min(inputs - 1, Math.ceil(at));
        const weight = at - low;
        add(o, low, 1 - weight);
        add(o, high, weight);
      }
    },
  };
}

function nearest(inputs: number, outputs: number, sampling: Sampling): AxisMap {
  const step = scale(inputs, outputs, sampling);
  return {
    inputs,
    outputs,
    weights(add) {
      for (let o = 0; o < outputs; o++) {
        const at = sampling.halfPixelCenters ? step * (o + 0.5) : step * o;
        add(o, Math.min(inputs - 1, sampling.alignCorners ? Math.round(at) : Math.floor(at)), 1);
      }
    },
  };
}
