import { gather, image, type Tensor, type Tensor4D, tensor1d, tidy } from '@tensorflow/tfjs-core';

export interface InterpolateOptions {
  /** 'nearest' takes element ⌊i · in / out⌋; 'bilinear' has half-pixel centres, clamped at the border. @defaultValue 'nearest' */
  readonly mode?: 'nearest' | 'bilinear';
}

/**
 * Brings a layer's map to another size, such as that of the picture.
 *
 * @param values shape [examples, height, width, channels]
 * @returns shape [examples, …size, channels]. The caller owns it.
 */
export function interpolate(
  values: Tensor,
  size: readonly [height: number, width: number],
  { mode = 'nearest' }: InterpolateOptions = {},
): Tensor {
  const [height, width] = size;
  return tidy(() => {
    // The doc asks for rank 4; TF.js's types want it written.
    if (mode === 'bilinear') return image.resizeBilinear(values as Tensor4D, [height, width], false, true);
    return gather(gather(values, nearest(values.shape[1] ?? 1, height), 1), nearest(values.shape[2] ?? 1, width), 2);
  });
}

const nearest = (from: number, to: number) =>
  tensor1d(
    Int32Array.from({ length: to }, (_, i) => Math.floor((i * from) / to)),
    'int32',
  );
