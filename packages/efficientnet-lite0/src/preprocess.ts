import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { type RgbPixels, resizeBicubic } from './resize';

/** Pixels of 8 bits a channel, row by row, RGB or RGBA; a browser's `ImageData` and a `Picture` of `@vitrum/visualization` fit. Alpha is not read. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** The side of the square the model sees, in pixels. */
const size = 224;

/** The share of the shorter side that the crop keeps. */
const cropFraction = 0.875;

/**
 * What the model sees of a picture: the middle square of 0.875 of the shorter side, resized to 224 × 224 (bicubic,
 * antialiased). A picture that is 224 × 224 already stays as it is.
 * @returns opaque RGBA pixels
 * @throws Error if the data is neither RGB nor RGBA
 */
export function crop(pixels: Pixels): { width: number; height: number; data: Uint8ClampedArray } {
  const { data } = square(pixels);
  const rgba = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let pixel = 0; pixel < size * size; pixel++) rgba.set(data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  return { width: size, height: size, data: rgba };
}

/**
 * A picture as the model's input: (value − 127) / 128 of each channel of `crop`.
 * @returns float32 [1, 224, 224, 3]; the caller disposes it
 * @throws Error if the data is neither RGB nor RGBA
 */
export function preprocess(pixels: Pixels): Tensor4D {
  return tensor4d(
    Float32Array.from(square(pixels).data, (value) => (value - 127) / 128),
    [1, size, size, 3],
  );
}

function square(pixels: Pixels): RgbPixels {
  const { width, height } = pixels;
  if (width === size && height === size) return cut(pixels, 0, 0, size);
  const side = Math.floor(cropFraction * Math.min(width, height));
  const left = Math.floor((width - side + 1) / 2);
  const top = Math.floor((height - side + 1) / 2);
  return resizeBicubic(cut(pixels, left, top, side), size, size);
}

function cut({ width, height, data }: Pixels, left: number, top: number, side: number): RgbPixels {
  const channels = data.length / (width * height);
  if (channels !== 3 && channels !== 4)
    throw new Error(
      `Got ${data.length} values for ${width} × ${height} pixels; expected 3 (RGB) or 4 (RGBA) for each. Repeat a grey channel three times.`,
    );
  const result = new Uint8ClampedArray(side * side * 3);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (let channel = 0; channel < 3; channel++)
        result[(row * side + column) * 3 + channel] =
          data[((top + row) * width + left + column) * channels + channel] ?? 0;
  return { width: side, height: side, data: result };
}
