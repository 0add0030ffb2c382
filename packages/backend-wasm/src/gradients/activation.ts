import { abs, add, type backend_util, clipByValue, mul, step, sub, type Tensor } from '@tensorflow/tfjs-core';

import { between, whereEqual } from '../simd/masks';
import { kernels } from '../simd/module';

/** What a fused kernel takes beside its operands. */
export interface FusedInputs {
  readonly bias?: Tensor;
  readonly preluActivationWeights?: Tensor;
}

/** What a fused kernel does after its linear part. */
interface Activation {
  readonly activation?: backend_util.Activation;
  readonly leakyreluAlpha?: number;
}

/**
 * The signal before a fused activation, from the output y where that says as much as the input, from the
 * linear part anew where slopes may be negative. Masks are kernels of our own; without them
 * products and steps, which run with SIMD: TensorFlow.js's comparisons and casts go one by one.
 */
export function throughActivation(
  dy: Tensor,
  y: Tensor,
  { bias, preluActivationWeights: slopes }: FusedInputs,
  // tfjs-converter loses the slope for depthwise convolutions, and the kernels take a missing one for 0.
  { activation = 'linear', leakyreluAlpha = 0 }: Activation,
  linear: () => Tensor,
): Tensor {
  const before = () => (bias ? add(linear(), bias) : linear());
  switch (activation) {
    case 'linear':
      return dy;
    case 'relu':
      return throughRelu(dy, y);
    case 'relu6':
      return throughRelu6(dy, y);
    case 'elu':
      return mul(dy, add(clipByValue(y, -1, 0), 1));
    case 'sigmoid':
      return mul(dy, mul(y, sub(1, y)));
    case 'leakyrelu':
      return mul(dy, step(leakyreluAlpha < 0 ? before() : y, leakyreluAlpha));
    case 'prelu': {
      if (!slopes) throw new Error('a fused prelu came without its slopes');
      const positive = step(before());
      return add(mul(dy, positive), mul(mul(dy, slopes), sub(1, positive)));
    }
  }
}

/** The signal passes where the output is not cut off. */
export function throughRelu(dy: Tensor, y: Tensor): Tensor {
  return kernels() ? between(dy, y, 0, Number.POSITIVE_INFINITY) : mul(dy, step(y));
}

/** y · (6 − y) is positive exactly where 0 < y < 6 and 0 at both ends, after rounding too. */
export function throughRelu6(dy: Tensor, y: Tensor): Tensor {
  return kernels() ? between(dy, y, 0, 6) : mul(dy, step(mul(y, sub(6, y))));
}

/** The signal passes where clipping changed nothing. */
export function throughClip(dy: Tensor, x: Tensor, y: Tensor): Tensor {
  return kernels() ? whereEqual(dy, x, y) : mul(dy, sub(1, step(abs(sub(x, y)))));
}
