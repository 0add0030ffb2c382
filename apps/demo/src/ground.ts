import { concat, fill, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Baseline, blurred } from '@vitrum/core';
import type { Ground } from './question';

/** Black and white as the network takes them: (pixel − 127) / 128. Mid-grey is 0. */
const [black, white] = [-127 / 128, 1];

/** What a ground is to a method, as a baseline of the network's input. */
export const baselineOf: Readonly<Record<Ground, Baseline>> = {
  grey: 0,
  black,
  white,
  blurred: blurred({ sigma: 12 }),
};

/** A black, a grey and a white photograph like the input, for methods that compare with several. The caller disposes the tensor. */
export const severalGrounds = ({ shape }: Tensor): Tensor =>
  tidy(() => concat([black, 0, white].map((value) => fill(shape as number[], value))));

/** Patches of 28 × 28 pixels, as features that move together, [1, height, width, 1]. The caller disposes the tensor. */
export function patches({ shape: [, height = 1, width = 1] }: Tensor): Tensor {
  const side = 28;
  const across = Math.ceil(width / side);
  const of = Int32Array.from({ length: height * width }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    return Math.floor(row / side) * across + Math.floor(column / side);
  });
  return tensor(of, [1, height, width, 1], 'int32');
}
