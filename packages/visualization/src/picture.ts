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

/** A picture read from a tensor, with what its black and white stand for. */
export interface Photograph extends Picture {
  readonly range: PictureRange;
}

/** The values, in what the model was given after `mean` and `std` were undone, that are black and white. */
export interface PictureRange {
  readonly black: number;
  readonly white: number;
  /** Found from the values and not told: to be said to the reader. */
  readonly found: boolean;
}

export interface PictureFromTensorOptions {
  /** Which example of a batch. @defaultValue 0 */
  example?: number;
  /**
   * The values that stand for black and white.
   * @defaultValue the first of [0, 1], [−1, 1], [0, 255] and [−128, 127] that holds all values, else the least and the largest
   * value. What is nowhere as large as 16 is not taken for bytes: a mean and deviation made it.
   */
  range?: readonly [black: number, white: number];
  /** What was subtracted from each channel before the model saw it, for all colours or one for each channel: added again. @defaultValue 0 */
  mean?: number | readonly number[];
  /** What each channel was then divided by, above 0: multiplied again, before the mean is added. @defaultValue 1 */
  std?: number | readonly number[];
}

/**
 * A tensor as a picture: value · std + mean, from black to white, clipped and rounded. A fourth channel is alpha and no colour: it
 * has no part in finding the range, and `range`, `mean` and `std` leave it alone, unless they are four numbers. From 0, transparent,
 * it goes to 1, or to 255 if it has more than 1 anywhere.
 * @param tensor [height, width], [height, width, channels] or [examples, height, width, channels]; 1 channel is grey, 3 are RGB, 4 RGBA. Borrowed.
 * @throws AttributionError 'inputs' for another shape and another alpha, 'not-finite' for NaN and infinities, 'option' for a range,
 * mean or deviation that is none
 */
export async function pictureFromTensor(
  tensor: TensorLike,
  options: PictureFromTensorOptions = {},
): Promise<Photograph> {
  const { width, height, channels, values } = await readGrid(tensor, options.example ?? 0);
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw new AttributionError('inputs', {
      got: `${channels} channels`,
      expected: '1 (grey), 3 (RGB) or 4 (RGBA)',
      fix: 'Slice the channels to show.',
    });
  const means = perChannel(options.mean ?? 0, channels, 'mean', 0);
  const deviations = perChannel(options.std ?? 1, channels, 'std', 1);
  const shown = Array.from(values, (value, index) => {
    const channel = index % channels;
    return value * (deviations[channel] ?? 1) + (means[channel] ?? 0);
  });
  assertFinite(shown);
  const isAlpha = (index: number) => index % channels === 3;
  const range = rangeOf(
    shown.filter((_, index) => !isAlpha(index)),
    options.range,
  );
  const scale = range.white === range.black ? 0 : 255 / (range.white - range.black);
  const opaque = opaqueOf(shown.filter((_, index) => isAlpha(index)));
  const picture = createPicture(width, height, [0, 0, 0]);
  const green = channels === 1 ? 0 : 1;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels;
    for (let channel = 0; channel < 3; channel++)
      picture.data[pixel * 4 + channel] = ((shown[at + channel * green] ?? 0) - range.black) * scale;
    if (channels === 4) picture.data[pixel * 4 + 3] = (255 * (shown[at + 3] ?? opaque)) / opaque;
  }
  return { ...picture, range };
}

/** One number for each channel; one that is told for all colours, or three for them, is none for alpha, which keeps `idle`. */
function perChannel(
  given: number | readonly number[],
  channels: number,
  name: 'mean' | 'std',
  idle: number,
): readonly number[] {
  const values = typeof given === 'number' ? Array.from({ length: Math.min(channels, 3) }, () => given) : [...given];
  if (channels === 4 && values.length === 3) values.push(idle);
  if (values.length !== channels)
    throw new AttributionError('option', {
      got: `${values.length} numbers as ${name}`,
      expected: `one, or one for each of ${channels} channels`,
      fix: `Pass \`${name}\` as it was used before the model.`,
    });
  for (const value of values)
    if (!Number.isFinite(value) || (name === 'std' && value <= 0))
      throw new AttributionError('option', {
        got: `${name} ${value}`,
        expected: name === 'std' ? 'a number above 0' : 'a finite number',
        fix: `Pass \`${name}\` as it was used before the model.`,
      });
  return values;
}

function assertFinite(values: readonly number[]): void {
  const broken = values.find((value) => !Number.isFinite(value));
  if (broken === undefined) return;
  throw new AttributionError('not-finite', {
    got: `${broken} in the picture`,
    expected: 'finite values',
    fix: 'Pass the tensor that the model was given.',
  });
}

/** The alpha that is opaque, 1 or 255; what is off by less than half a byte is not more. */
function opaqueOf(alphas: readonly number[]): 1 | 255 {
  const opaque = alphas.some((alpha) => alpha > 1 + 0.5 / 255) ? 255 : 1;
  const off = alphas.find((alpha) => alpha < (-0.5 / 255) * opaque || alpha > (1 + 0.5 / 255) * opaque);
  if (off === undefined) return opaque;
  throw new AttributionError('inputs', {
    got: `alpha ${off} in the fourth channel`,
    expected: '0, transparent, to 1 or 255, opaque',
    fix: 'Undo its scale with four numbers as `mean` and `std`, or slice the fourth channel off.',
  });
}

/** Ranges in use, and how large a size at least must be seen to believe it: what a mean and deviation made is not of bytes. */
const common = [
  { black: 0, white: 1, from: 0 },
  { black: -1, white: 1, from: 0 },
  { black: 0, white: 255, from: 16 },
  { black: -128, white: 127, from: 16 },
] as const;

function rangeOf(values: readonly number[], given: PictureFromTensorOptions['range']): PictureRange {
  let least = Infinity;
  let largest = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  if (given) {
    const [black, white] = given;
    if (!Number.isFinite(black) || !Number.isFinite(white) || black === white)
      throw new AttributionError('option', {
        got: `range [${black}, ${white}]`,
        expected: 'two finite numbers that differ: the values of black and of white',
        fix: 'Leave `range` out to have it found.',
      });
    return { black, white, found: false };
  }
  const size = Math.max(-least, largest);
  const known = common.find(({ black, white, from }) => black <= least && largest <= white && size >= from);
  return { black: known?.black ?? least, white: known?.white ?? largest, found: true };
}
