import { readFile } from 'node:fs/promises';
import { type AttributionMap, decodePng, type Picture } from '@vitrum/visualization';

/** The photograph (Stefan van der Walt, CC0) and maps of it, made by packages/vitrum/scripts/gallery-data.ts. */
export const photograph: Picture = decodePng(await read('cat.png'));

/** A map as EfficientNet-Lite0 and a method of Vitrum gave it, in half precision. */
export async function catMap(name: string): Promise<AttributionMap> {
  const bytes = await read(`${name}.npy`);
  const start = 10 + bytes.readUInt16LE(8);
  const [, height = 0, width = 0] = (/\((\d+), (\d+)\)/.exec(bytes.toString('latin1', 10, start)) ?? []).map(Number);
  const values = Float32Array.from({ length: height * width }, (_, at) => fromHalf(bytes.readUInt16LE(start + 2 * at)));
  return { width, height, values };
}

/** Each value over a square of pixels: a map of windows or of a layer on the picture it is of. */
export function spread(map: AttributionMap, width: number): AttributionMap {
  const factor = width / map.width;
  const values = Float32Array.from({ length: width * map.height * factor }, (_, at) => {
    const [row, column] = [Math.floor(Math.floor(at / width) / factor), Math.floor((at % width) / factor)];
    return map.values[row * map.width + column] ?? 0;
  });
  return { width, height: map.height * factor, values };
}

function read(name: string): Promise<Buffer> {
  return readFile(new URL(name, import.meta.url));
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}
