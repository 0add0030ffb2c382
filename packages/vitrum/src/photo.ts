import { readFile } from 'node:fs/promises';
import { AttributionError } from '@vitrum/core';
import { decodePng, type Picture } from '@vitrum/visualization';
import { decode } from 'jpeg-js';

/** Reads a PNG or JPEG file as RGBA pixels. @throws AttributionError `inputs` if there is no such file or it is of another kind */
export async function readPhoto(file: string | URL): Promise<Picture> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new AttributionError('inputs', {
      got: `"${file}", which cannot be read`,
      expected: 'the path of a PNG or JPEG file',
      fix: 'Check the path, or leave it out to explain the cat.',
      cause,
    });
  }
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) return decodePng(bytes);
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) {
    const { width, height, data } = decode(bytes, { useTArray: true, formatAsRGBA: true });
    return { width, height, data: new Uint8ClampedArray(data) };
  }
  throw new AttributionError('inputs', {
    got: `"${file}", which is neither PNG nor JPEG`,
    expected: 'a PNG or JPEG file',
    fix: 'Convert the picture first.',
  });
}

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte);
