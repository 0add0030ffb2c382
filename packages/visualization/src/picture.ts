import { AttributionError } from '@vitrum/core';
import { readGrid, type TensorLike } from './tensor';

/** Pixels as a browser's `ImageData` has them: `data[(row * width + column) * 4 + channel]`, channels RGBA of 0 to 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A picture of one colour. @defaultValue transparent black */
export function createPicture(width: number, height: number, colour?: Rgb): Picture {
  const data = new Uint8ClampedArray(width * height * 4);
  const picture = { width, height, data };
  if (colour) for (let pixel = 0; pixel < width * height; pixel++) setPixel(picture, pixel, colour);
  return picture;
}

/** Gives the pixel at row · width + column a colour, opaque. */
export function setPixel({ data }: Picture, pixel: number, colour: Rgb): void {
  data[pixel * 4] = colour[0];
  data[pixel * 4 + 1] = colour[1];
  data[pixel * 4 + 2] = colour[2];
  data[pixel * 4 + 3] = 255;
}

export interface PictureFromTensorOptions {
  /** Which example of a batch. @defaultValue 0 */
  example?: number;
  /**
   * The values that stand for black and white.
   * @defaultValue [0, 1] if all values lie there, [0, 255] if all lie there, else the least and the largest value
   */
  range?: readonly [black: number, white: number];
}

/**
 * A tensor as a picture, clipped to `range` and rounded.
 * @param tensor [height, width], [height, width, channels] or [examples, height, width, channels]; 1 channel is grey, 3 are RGB, 4 RGBA. Borrowed.
 * @throws AttributionError 'inputs' for another shape
 */
export async function pictureFromTensor(tensor: TensorLike, options: PictureFromTensorOptions = {}): Promise<Picture> {
  const { width, height, channels, values } = await readGrid(tensor, options.example ?? 0);
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw new AttributionError('inputs', {
      got: `${channels} channels`,
      expected: '1 (grey), 3 (RGB) or 4 (RGBA)',
      fix: 'Slice the channels to show.',
    });
  const [black, white] = options.range ?? guessRange(values);
  const scale = white === black ? 0 : 255 / (white - black);
  const picture = createPicture(width, height, [0, 0, 0]);
  const green = channels === 1 ? 0 : 1;
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let channel = 0; channel < (channels === 4 ? 4 : 3); channel++) {
      const value = values[pixel * channels + channel * green] ?? 0;
      picture.data[pixel * 4 + channel] = (value - black) * scale;
    }
  return picture;
}

function guessRange(values: ArrayLike<number>): [number, number] {
  let least = Infinity;
  let largest = -Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  if (least >= 0 && largest <= 1) return [0, 1];
  return least >= 0 && largest <= 255 ? [0, 255] : [least, largest];
}
