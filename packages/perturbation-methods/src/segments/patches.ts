import { AttributionError } from '@vitrum/core';

export interface PatchesOptions {
  /** Pixels a side of the squares; those at the right and at the bottom may be smaller. */
  readonly size: number;
}

/**
 * Cuts a picture into squares: for every pixel, row by row, the number of its square. A mask for `features`, once it is a
 * tensor of shape [1, height, width, 1].
 *
 * @throws AttributionError `option` unless `size` is a positive whole number
 */
export function patches(
  { width, height }: { readonly width: number; readonly height: number },
  { size }: PatchesOptions,
): Int32Array {
  if (!(Number.isInteger(size) && size > 0))
    throw new AttributionError('option', {
      got: `patches of size ${size}`,
      expected: 'a positive whole number of pixels',
      fix: 'Try 16.',
    });
  const columns = Math.ceil(width / size);
  return Int32Array.from(
    { length: width * height },
    (_, pixel) => Math.floor(Math.floor(pixel / width) / size) * columns + Math.floor((pixel % width) / size),
  );
}
