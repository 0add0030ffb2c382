import { AttributionError } from '@vitrum/core';
import { isTensorLike, readGrid, type TensorLike } from './tensor';

/** One number per pixel: `values[row * width + column]`, raw, in the unit of the score. */
export interface AttributionMap {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** What is asked of an attribution: the tensors it holds. What `attribute` of `@vitrum/core` returns fits. */
export interface AttributionLike {
  readonly values: TensorLike | readonly TensorLike[] | Readonly<Record<string, TensorLike>>;
}

export interface AttributionMapOptions {
  /** Which example of a batch. @defaultValue 0 */
  example?: number;
}

/**
 * The attribution of one example, summed over channels (alpha too, as the model saw it), as numbers to draw.
 * @param attribution an attribution with one tensor, or that tensor: [height, width], [height, width, channels] or
 * [examples, height, width, channels]. Borrowed.
 * @throws AttributionError 'inputs' for another shape or several tensors, 'not-finite' for NaN and infinities
 */
export async function attributionMap(
  attribution: AttributionLike | TensorLike,
  options: AttributionMapOptions = {},
): Promise<AttributionMap> {
  const tensor = isTensorLike(attribution) ? attribution : onlyTensor(attribution.values);
  const { width, height, channels, values } = await readGrid(tensor, options.example ?? 0);
  const sums = new Float32Array(width * height);
  for (let pixel = 0; pixel < sums.length; pixel++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += values[pixel * channels + channel] ?? 0;
    if (!Number.isFinite(sum))
      throw new AttributionError('not-finite', {
        got: `${sum} at row ${Math.floor(pixel / width)}, column ${pixel % width}`,
        expected: 'finite attributions',
        fix: 'Look for a division by zero or an overflow in the model or the method.',
      });
    sums[pixel] = sum;
  }
  return { width, height, values: sums };
}

/** The tensor of an attribution that has one. */
export function onlyTensor(values: AttributionLike['values']): TensorLike {
  if (isTensorLike(values)) return values;
  const tensors: TensorLike[] = Object.values(values);
  const [tensor] = tensors;
  if (tensor === undefined || tensors.length > 1)
    throw new AttributionError('inputs', {
      got: `an attribution with ${tensors.length} tensors (${Object.keys(values).join(', ')})`,
      expected: 'one',
      fix: 'Pass the tensor to draw, as in `attributionMap(attribution.values.photo)`.',
    });
  return tensor;
}
