import { matMul, mul, reshape, stack, sum, type Tensor } from '@tensorflow/tfjs-core';
import { planePlaces, range, takePlace } from './places';
import { type PlaneWindows, places, type VolumeWindows, type Windows } from './windows';

/**
 * The signal at the filter of a convolution of `x`: at each place of the window, the inputs there times the signal at
 * what they helped to make. Only for models that make a filter of their input; a weight's is never asked for.
 * All in NHWC, for any stride, dilation and padding.
 */
export function filterGradient(dy: Tensor, x: Tensor, windows: PlaneWindows, shape: readonly number[]): Tensor {
  const [, , inputs = 1, outputs = 1] = shape;
  const signal = reshape(dy, [-1, outputs]);
  return eachPlace(x, windows, shape, (values) => matMul(reshape(values, [-1, inputs]), signal, true, false));
}

/** The same for a depthwise convolution. */
export function depthwiseFilterGradient(
  dy: Tensor,
  x: Tensor,
  windows: PlaneWindows,
  shape: readonly number[],
): Tensor {
  const [, , channels = 1, multiplier = 1] = shape;
  const signal = reshape(dy, [-1, channels, multiplier]);
  return eachPlace(x, windows, shape, (values) => sum(mul(reshape(values, [-1, channels, 1]), signal), 0));
}

/** The same for a convolution of volumes: of planes, for each place in depth. In NDHWC. */
export function volumeFilterGradient(
  dy: Tensor,
  x: Tensor,
  [depth, rows, columns]: VolumeWindows,
  shape: readonly number[],
): Tensor {
  const planes = (t: Tensor) => reshape(t, [-1, ...t.shape.slice(2)]);
  const parts = range(places(depth)).map((k) =>
    filterGradient(planes(dy), planes(takePlace(x, 1, depth, k, 0)), [rows, columns], shape.slice(1)),
  );
  return reshape(stack(parts), [...shape]);
}

function eachPlace(
  x: Tensor,
  windows: readonly [Windows, Windows],
  shape: readonly number[],
  part: (values: Tensor) => Tensor,
): Tensor {
  const [rows, columns] = windows;
  const at = planePlaces(x, windows, 0);
  const parts = range(places(rows)).flatMap((p) => range(places(columns)).map((q) => part(at.take(p, q))));
  return reshape(stack(parts), [...shape]);
}
