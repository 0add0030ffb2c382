import { encode } from 'fast-png';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { createPicture } from './picture';
import { decodePng, encodePng } from './png';

const picture = createPicture(5, 3, [0, 0, 0]);
picture.data.forEach((_, index) => {
  picture.data[index] = index % 4 === 3 ? 255 : (index * 37) % 256;
});
const transparent = { ...picture, data: picture.data.map((value, index) => (index % 4 === 3 ? index : value)) };

test('writes what another decoder reads back', () => {
  for (const source of [picture, transparent]) {
    const { width, height, data } = PNG.sync.read(Buffer.from(encodePng(source)));
    expect([width, height, Array.from(data)]).toEqual([5, 3, Array.from(source.data)]);
  }
});

test('writes three channels if nothing shines through, else four', () => {
  const colourType = (bytes: Uint8Array) => bytes[25]; // of the header: 2 is RGB, 6 is RGBA
  expect(colourType(encodePng(picture))).toBe(2);
  expect(colourType(encodePng(transparent))).toBe(6);
});

test('reads back what it wrote', () => {
  for (const source of [picture, transparent]) expect(decodePng(encodePng(source))).toEqual(source);
});

test('reads grey, 16 bits and palettes', () => {
  const read = (image: Parameters<typeof encode>[0]) => Array.from(decodePng(encode(image)).data);
  expect(read({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) })).toEqual([7, 7, 7, 255]);
  expect(read({ width: 1, height: 1, channels: 2, data: Uint8Array.of(7, 9) })).toEqual([7, 7, 7, 9]);
  expect(read({ width: 1, height: 1, channels: 3, depth: 16, data: Uint16Array.of(0x1234, 0, 0xffff) })).toEqual([
    18, 0, 255, 255,
  ]);
  expect(read({ width: 2, height: 1, channels: 1, depth: 1, data: Uint8Array.of(0b01000000) })).toEqual([
    0, 0, 0, 255, 255, 255, 255, 255,
  ]);
  const palette: [number, number, number][] = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  expect(read({ width: 2, height: 1, channels: 1, depth: 1, data: Uint8Array.of(0b10000000), palette })).toEqual([
    4, 5, 6, 255, 1, 2, 3, 255,
  ]);
});
