import { readFile } from 'node:fs/promises';
import { decodePng, type Picture } from '@vitrum/visualization';
import { decode } from 'jpeg-js';
import { nearbyFiles, reasonOf, wrong } from './errors';

/** A photograph, and what decoded it. */
export interface Photo {
  readonly picture: Picture;
  readonly decoder: 'sharp' | 'JavaScript';
}

/** More would take long, and a model sees a small part of it. */
const mostPixels = 36e6;

type Kind = 'png' | 'jpeg' | 'webp';

/**
 * Reads a PNG, JPEG or WebP file as RGB pixels, upright, on white where it is transparent: by sharp, or without it by
 * JavaScript alone, which knows no WebP and does not turn photographs.
 *
 * @throws AttributionError `inputs` if there is no such file, it is of another kind, broken, or of more than 36 megapixels
 */
export async function readPhoto(file: string | URL): Promise<Photo> {
  const bytes = await read(file);
  const kind = kindOf(bytes);
  if (!kind)
    throw wrong(
      'inputs',
      `"${file}", which is neither PNG nor JPEG nor WebP`,
      'one of these',
      'Convert the picture first.',
    );
  const sharp = await import('sharp').then(({ default: sharp }) => sharp).catch(() => undefined);
  if (!sharp && kind === 'webp')
    throw wrong(
      'inputs',
      `"${file}", a WebP file, without the package sharp`,
      'PNG or JPEG',
      'npm install sharp, or convert the picture first.',
    );
  const tooLarge = (width: number, height: number) =>
    wrong(
      'inputs',
      `"${file}" of ${Math.round((width * height) / 1e6)} megapixels`,
      `at most ${mostPixels / 1e6}`,
      'Make it smaller first; the model sees a few hundred pixels a side.',
    );
  try {
    if (!sharp) return { picture: onWhite(decoded(bytes, kind, tooLarge)), decoder: 'JavaScript' };
    const { width, height } = await sharp(bytes).metadata();
    if (width * height > mostPixels) throw tooLarge(width, height);
    const { data, info } = await sharp(bytes)
      .autoOrient()
      .toColourspace('srgb')
      .flatten({ background: '#fff' })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { picture: { width: info.width, height: info.height, data: new Uint8ClampedArray(data) }, decoder: 'sharp' };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AttributionError') throw cause;
    const [why = ''] = reasonOf(cause).split('\n');
    throw wrong(
      'inputs',
      `"${file}", a broken ${kind.toUpperCase()} file (${why})`,
      'a whole one',
      'Open and save it anew with an image editor.',
      cause,
    );
  }
}

async function read(file: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const reason = reasonOf(cause);
    const isFolder = cause instanceof Error && 'code' in cause && cause.code === 'EISDIR';
    const fix = isFolder
      ? 'Name the pictures in it.'
      : await nearbyFiles(String(file), 'Check the path, or leave it out to explain the cat.');
    throw wrong('inputs', `"${file}", ${reason}`, 'the path of a PNG, JPEG or WebP file', fix, cause);
  }
}

function kindOf(bytes: Uint8Array): Kind | undefined {
  const starts = (signature: readonly number[], at = 0) => signature.every((byte, i) => bytes[at + i] === byte);
  if (starts([0x89, 0x50, 0x4e, 0x47])) return 'png';
  if (starts([0xff, 0xd8, 0xff])) return 'jpeg';
  return starts([0x52, 0x49, 0x46, 0x46]) && starts([0x57, 0x45, 0x42, 0x50], 8) ? 'webp' : undefined;
}

function decoded(bytes: Uint8Array, kind: Kind, tooLarge: (width: number, height: number) => Error): Picture {
  if (kind === 'png') {
    const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [width, height] = [header.getUint32(16), header.getUint32(20)];
    if (width * height > mostPixels) throw tooLarge(width, height);
    return decodePng(bytes);
  }
  const size = jpegSize(bytes);
  if (size && size.width * size.height > mostPixels) throw tooLarge(size.width, size.height);
  const { width, height, data } = decode(bytes, { useTArray: true, formatAsRGBA: true, maxMemoryUsageInMB: 2048 });
  return { width, height, data: new Uint8ClampedArray(data) };
}

/** From the frame header, so that a huge picture is known before it is decoded. */
function jpegSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const at = (place: number) => ((bytes[place] ?? 0) << 8) | (bytes[place + 1] ?? 0);
  for (let place = 2; place + 9 < bytes.length && bytes[place] === 0xff; place += 2 + at(place + 2)) {
    const marker = bytes[place + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: at(place + 5), width: at(place + 7) };
  }
  return undefined;
}

/** What a transparent picture looks like on white paper. */
function onWhite({ width, height, data }: Picture): Picture {
  const opaque = data.map((value, i) => {
    const alpha = (data[i - (i % 4) + 3] ?? 255) / 255;
    return i % 4 === 3 ? 255 : value * alpha + 255 * (1 - alpha);
  });
  return { width, height, data: opaque };
}
