import {
  add,
  cumprod,
  customGrad,
  exp,
  fused,
  logSigmoid,
  logSoftmax,
  matMul,
  mul,
  reshape,
  round,
  softmax,
  square,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tanh,
  tidy,
} from '@tensorflow/tfjs-core';
import { seeded } from '../../src/seeded';

const weight = <T extends Tensor>(seed: number, ...shape: number[]) => seeded(seed, shape) as T; // of that rank

/** Functions of a tensor [1, 4, 4, 1] with two outputs or more, out of the operations whose gradient TF.js brings itself. */
export const functions: Record<string, (x: Tensor) => Tensor | Promise<Tensor>> = {
  'fused convolutions': (x) =>
    tidy(() => {
      const window = { strides: 1, pad: 'same' } as const;
      const wide = fused.conv2d({
        ...window,
        x: x as Tensor4D,
        filter: weight<Tensor4D>(2, 3, 3, 1, 2),
        bias: weight(3, 2),
        activation: 'elu',
      });
      const deep = fused.depthwiseConv2d({
        ...window,
        x: wide,
        filter: weight<Tensor4D>(4, 3, 3, 2, 1),
        activation: 'sigmoid',
      });
      const flat = reshape(deep, [1, 32]) as Tensor2D;
      return fused.matMul({ a: flat, b: weight<Tensor2D>(5, 32, 3), bias: weight(6, 3), activation: 'elu' });
    }),
  'logarithms of probabilities': (x) =>
    tidy(() => {
      const logits = matMul(reshape(x, [1, 16]) as Tensor2D, weight<Tensor2D>(5, 16, 3));
      return mul(logSoftmax(logits), logSigmoid(tanh(logits)));
    }),
  'running products': (x) => tidy(() => cumprod(reshape(tanh(x), [1, 16]), 1)),
  'a function that waits': async (x) => {
    const flat = reshape(x, [1, 16]) as Tensor2D;
    await undefined;
    return softmax(matMul(flat, weight<Tensor2D>(5, 16, 3)));
  },
};

/** x² + round(eˣ), whose author says that rounding is passed straight through: its gradient is that of `smooth`. */
export const straightThrough = (x: Tensor): Tensor => {
  const rounded = customGrad((x) => ({ value: round(x as Tensor), gradFunc: (dy) => dy }));
  return tidy(() => reshape(add(square(x), rounded(exp(x))), [1, 16]));
};

/** x² + eˣ. */
export const smooth = (x: Tensor): Tensor => tidy(() => reshape(add(square(x), exp(x)), [1, 16]));
