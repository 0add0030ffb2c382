import { gather, image, type Tensor, type Tensor4D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { AttributionError } from '@vitrum/core';

export type InterpolateMode = 'nearest' | 'bilinear';

export interface InterpolateOptions {
  /** 'nearest' takes element ⌊i · in / out⌋; 'bilinear' has half-pixel centres, clamped at the border. @defaultValue 'nearest' */
  readonly mode?: InterpolateMode;
}

/**
 * Brings a layer's map to another size, such as that of the picture.
 *
 * @param values shape [examples, height, width, channels]
 * @param size height and width in elements
 * @returns shape [examples, …size, channels]. The caller owns it.
 * @throws AttributionError `option`, `inputs`
 */
export function interpolate(
  values: Tensor,
  size: readonly [height: number, width: number],
  { mode = 'nearest' }: InterpolateOptions = {},
): Tensor {
  checkMode(mode);
  const [height, width] = size;
  if (size.length !== 2 || !size.every((n) => Number.isInteger(n) && n > 0)) {
    throw new AttributionError('option', {
      got: `size [${size}]`,
      expected: 'two positive whole numbers, height and width',
      fix: 'Give the size of the picture, such as [224, 224].',
    });
  }
  if (values.rank !== 4) {
    throw new AttributionError('inputs', {
      got: `a map of shape [${values.shape}]`,
      expected: '[examples, height, width, channels]',
      fix: 'Use tf.expandDims or tf.reshape; a series has height 1.',
    });
  }
  return tidy(() => {
    // Of rank 4, as was just seen.
    if (mode === 'bilinear') return image.resizeBilinear(values as Tensor4D, [height, width], false, true);
    return gather(gather(values, nearest(values.shape[1] ?? 1, height), 1), nearest(values.shape[2] ?? 1, width), 2);
  });
}

/** @throws AttributionError `option` */
export function checkMode(mode: string): asserts mode is InterpolateMode {
  if (mode === 'nearest' || mode === 'bilinear') return;
  throw new AttributionError('option', {
    got: `mode ${mode}`,
    expected: "'nearest' or 'bilinear'",
    fix: "Leave it out for 'nearest'.",
  });
}

const nearest = (from: number, to: number) =>
  tensor1d(
    Int32Array.from({ length: to }, (_, i) => Math.floor((i * from) / to)),
    'int32',
  );
