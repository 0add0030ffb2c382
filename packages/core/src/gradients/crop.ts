import {
  abs,
  add,
  type CropAndResizeAttrs,
  type CropAndResizeInputs,
  cast,
  equal,
  floor,
  less,
  lessEqual,
  logicalAnd,
  matMul,
  mul,
  range,
  relu,
  reshape,
  sign,
  split,
  stack,
  sub,
  sum,
  type Tensor,
  tensor1d,
  transpose,
} from '@tensorflow/tfjs-core';
import { oneOf } from './axis';
import { type GradientTable, rule, ZERO } from './rule';

/** Every crop is linear in the image, rows and columns by themselves: crop = R · image · Cᵀ, with R and C made of the box. */
export const cropGradients: GradientTable = {
  CropAndResize: rule<CropAndResizeInputs, CropAndResizeAttrs>(
    ({ inputs: { image, boxes, boxInd }, attrs: { cropSize, method }, dy }) => {
      const [images = 1, height = 1, width = 1, channels = 1] = image.shape;
      const [count = 0] = boxes.shape;
      const [high, wide] = cropSize;
      // [boxes, images]; a box of an image that is not there stays empty.
      const ofImage = oneOf(boxInd, images);
      const [top, left, bottom, right] = split(boxes, 4, 1);
      if (!top || !left || !bottom || !right) throw new Error('boxes have four sides');
      const rows = sampling(top, bottom, high, height, method);
      const columns = sampling(left, right, wide, width, method);
      return {
        image: () => {
          const alongRows = matMul(rows.weights, reshape(dy, [count, high, wide * channels]), true);
          const lines = swapped(reshape(alongRows, [count, height, wide, channels]));
          const pixels = matMul(columns.weights, reshape(lines, [count, wide, height * channels]), true);
          const whole = swapped(reshape(pixels, [count, width, height, channels]));
          return reshape(matMul(ofImage, reshape(whole, [count, -1]), true), image.shape);
        },
        boxes: () => {
          const own = reshape(matMul(ofImage, reshape(image, [images, -1])), [count, height, width, channels]);
          const byRows = matMul(rows.weights, reshape(own, [count, height, width * channels]));
          const byColumns = matMul(columns.weights, reshape(swapped(own), [count, width, height * channels]));
          const toColumns = alongSampling(
            columns.slopes,
            swapped(reshape(byRows, [count, high, width, channels])),
            swapped(dy),
          );
          const toRows = alongSampling(rows.slopes, swapped(reshape(byColumns, [count, wide, height, channels])), dy);
          const side = (signal: Tensor, share: Tensor) => sum(mul(signal, share), 1);
          return stack(
            [
              side(toRows, rows.ofFirst),
              side(toColumns, columns.ofFirst),
              side(toRows, rows.ofLast),
              side(toColumns, columns.ofLast),
            ],
            1,
          );
        },
        boxInd: ZERO,
      };
    },
  ),
};

interface Sampling {
  /** [boxes, outputs, inputs]: how much of each input is in each output. */
  readonly weights: Tensor;
  /** What becomes of `weights` as the place they are taken at moves. */
  readonly slopes: Tensor;
  /** [outputs]: how that place moves with the box's first and last edge. */
  readonly ofFirst: Tensor;
  readonly ofLast: Tensor;
}

/** Where `outputs` samples from `first` to `last`, in [boxes, 1] as shares of the axis, fall between `inputs` pixels. */
function sampling(
  first: Tensor,
  last: Tensor,
  outputs: number,
  inputs: number,
  method: CropAndResizeAttrs['method'],
): Sampling {
  const share = Float32Array.from({ length: outputs }, (_, i) => (outputs > 1 ? i / (outputs - 1) : 0.5));
  const ofLast = tensor1d(share.map((s) => s * (inputs - 1)));
  const ofFirst = tensor1d(share.map((s) => (1 - s) * (inputs - 1)));
  const places = add(mul(first, ofFirst), mul(last, ofLast));
  // Rounding may carry an edge of the box that is the image's over it.
  const slack = 1e-5 * inputs;
  const inside = logicalAnd(lessEqual(-slack, places), lessEqual(places, inputs - 1 + slack));
  const at = (t: Tensor) => reshape(t, [-1, outputs, 1]);
  const grid = range(0, inputs);
  const distance = method === 'nearest' ? sub(floor(add(at(places), 0.5)), grid) : sub(at(places), grid);
  if (method === 'nearest') {
    const weights = cast(logicalAnd(equal(distance, 0), at(inside)), 'float32');
    return { weights, slopes: mul(weights, 0), ofFirst, ofLast };
  }
  const near = abs(distance);
  return {
    weights: mul(relu(sub(1, near)), at(inside)),
    slopes: mul(mul(mul(sign(distance), -1), less(near, 1)), at(inside)),
    ofFirst,
    ofLast,
  };
}

/** ∂S/∂places, [boxes, outputs], along the first axis of `lines` [boxes, inputs, across, channels] and of the signal. */
function alongSampling(slopes: Tensor, lines: Tensor, signal: Tensor): Tensor {
  const [count = 0, inputs = 1] = lines.shape;
  const moved = matMul(slopes, reshape(lines, [count, inputs, -1]));
  return sum(mul(moved, reshape(signal, moved.shape)), 2);
}

/** Rows for columns. */
const swapped = (t: Tensor): Tensor => transpose(t, [0, 2, 1, 3]);
