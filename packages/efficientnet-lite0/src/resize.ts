/** Pixels of 3 channels: `data[(row * width + column) * 3 + channel]`. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** The weights by which one pixel of the result sees the pixels from `first` on. */
interface Window {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Keys' cubic with a = −½, the kernel of Pillow's BICUBIC. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** Weights are rounded to this fraction, as Pillow does, so that results agree to the bit. */
const precision = 2 ** 22;

/** The windows of each pixel of a line that is resized; when it shrinks, the kernel grows with it and so smooths. */
function windows(from: number, to: number): Window[] {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - 2 * stretch + 0.5));
    const end = Math.min(from, Math.floor(centre + 2 * stretch + 0.5));
    const raw = Array.from({ length: end - first }, (_, offset) => cubic((first + offset - centre + 0.5) / stretch));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: raw.map((weight) => roundAway((weight / total) * precision)) };
  });
}

const roundAway = (value: number): number => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);

/** Resizes with antialiased bicubic weights, first along rows, then along columns, back to 8 bits each time; equal to Pillow's BICUBIC. */
export function resizeBicubic(pixels: RgbPixels, width: number, height: number): RgbPixels {
  return transpose(resizeRows(transpose(resizeRows(pixels, width)), height));
}

function resizeRows({ width: from, height, data }: RgbPixels, width: number): RgbPixels {
  const result = new Uint8ClampedArray(width * height * 3);
  const line = windows(from, width);
  for (let row = 0; row < height; row++)
    line.forEach(({ first, weights }, column) => {
      for (let channel = 0; channel < 3; channel++) {
        let sum = precision / 2;
        weights.forEach((weight, offset) => {
          sum += weight * (data[(row * from + first + offset) * 3 + channel] ?? 0);
        });
        result[(row * width + column) * 3 + channel] = Math.floor(sum / precision);
      }
    });
  return { width, height, data: result };
}

function transpose({ width, height, data }: RgbPixels): RgbPixels {
  const result = new Uint8ClampedArray(data.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let channel = 0; channel < 3; channel++)
        result[(column * height + row) * 3 + channel] = data[(row * width + column) * 3 + channel] ?? 0;
  return { width: height, height: width, data: result };
}
