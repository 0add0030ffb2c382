import { convertIndexedToRgb, type DecodedPng, decode, encode } from 'fast-png';
import { createPicture, type Picture } from './picture';

/** A picture as the bytes of a PNG file, 8 bits a channel: RGB if every pixel is opaque, else RGBA. */
export function encodePng(picture: Picture): Uint8Array {
  const { width, height, data } = picture;
  const pixels = width * height;
  let opaque = true;
  for (let pixel = 0; opaque && pixel < pixels; pixel++) opaque = data[pixel * 4 + 3] === 255;
  if (!opaque) return encode({ width, height, data, channels: 4, depth: 8 });
  const kept = new Uint8Array(pixels * 3);
  for (let index = 0; index < kept.length; index++) kept[index] = data[index + Math.floor(index / 3)] ?? 0;
  return encode({ width, height, data: kept, channels: 3, depth: 8 });
}

/** A picture as an address that holds its PNG file. */
export function pngAddress(picture: Picture): string {
  const bytes = encodePng(picture);
  let text = '';
  // In parts, as a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return `data:image/png;base64,${btoa(text)}`;
}

/**
 * The pixels of a PNG file of any colour type: grey, RGB, a palette, with and without alpha; 16 bits are cut to 8.
 * @throws Error if the bytes are no PNG file
 */
export function decodePng(bytes: Uint8Array): Picture {
  const { width, height, channels, data } = unpacked(decode(bytes));
  const picture = createPicture(width, height, [0, 0, 0]);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels;
    const alpha = channels % 2 === 0 ? data[at + channels - 1] : 255;
    picture.data.set([data[at] ?? 0, data[at + green] ?? 0, data[at + blue] ?? 0, alpha ?? 255], pixel * 4);
  }
  return picture;
}

/** One byte a channel, whatever the file's depth; fewer bits than 8 are a palette, if need be of greys. */
function unpacked(png: DecodedPng): { width: number; height: number; channels: number; data: ArrayLike<number> } {
  const { width, height, channels, depth, data } = png;
  const palette = png.palette ?? (depth < 8 ? greys(2 ** depth) : undefined);
  if (palette)
    return { width, height, channels: palette[0]?.length ?? 3, data: convertIndexedToRgb({ ...png, palette }) };
  return { width, height, channels, data: depth === 16 ? Uint8Array.from(data, (value) => value >> 8) : data };
}

const greys = (levels: number): [number, number, number][] =>
  Array.from({ length: levels }, (_, level) => {
    const grey = (level * 255) / (levels - 1);
    return [grey, grey, grey];
  });
