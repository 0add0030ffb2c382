import { matMul, mul, reshape, stack, sum, type Tensor } from '@tensorflow/tfjs-core';
import { planePlaces, range } from './places';
import { type PlaneWindows, places, type Windows } from './windows';

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
