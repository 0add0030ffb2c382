import '@tensorflow/tfjs-backend-cpu';
import { readFile } from 'node:fs/promises';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import parameters from '../assets/preprocess.json';
import { chelsea, chelsea224 } from './files';
import { crop, type Pixels, preprocess } from './preprocess';

const read = async (file: URL): Promise<PNG> => PNG.sync.read(await readFile(file));
const even = (width: number, height: number, ...colour: number[]): Pixels => ({
  width,
  height,
  data: Array.from({ length: width * height * colour.length }, (_, index) => colour[index % colour.length] ?? 0),
});

describe('crop', () => {
  // chelsea_224.png was made with Pillow's crop and resize (BICUBIC) from chelsea.png.
  test('equals Pillow to the bit', async () => {
    const [{ width, height, data }, expected] = await Promise.all([read(chelsea), read(chelsea224)]);
    const got = crop({ width, height, data });
    expect([got.width, got.height]).toEqual([224, 224]);
    expect(Buffer.from(got.data.buffer).equals(expected.data)).toBe(true);
  });

  test('leaves a picture of the right size as it is', async () => {
    const { width, height, data } = await read(chelsea224);
    expect(Buffer.from(crop({ width, height, data }).data.buffer).equals(data)).toBe(true);
  });

  test('keeps an even colour, also when it enlarges', () => {
    for (const pixels of [even(31, 50, 7, 80, 255), even(300, 260, 7, 80, 255, 3)]) {
      const { data } = crop(pixels);
      expect(new Set(data.filter((_, index) => index % 4 === 0))).toEqual(new Set([7]));
      expect(new Set(data.filter((_, index) => index % 4 === 1))).toEqual(new Set([80]));
      expect(new Set(data.filter((_, index) => index % 4 > 1))).toEqual(new Set([255]));
    }
  });

  test('refuses grey pixels', () => {
    expect(() => crop(even(8, 8, 1))).toThrow(/64 values for 8 × 8 pixels/);
  });
});

test('preprocess shifts and scales the pixels of crop', async () => {
  const { width, height, data } = await read(chelsea224);
  const input = preprocess({ width, height, data });
  const values = await input.data();
  expect(input.shape).toEqual([1, 224, 224, 3]);
  expect(values).toEqual(
    Float32Array.from(
      data.filter((_, index) => index % 4 < 3),
      (value) => (value - 127) / 128,
    ),
  );
  input.dispose();
});

test('preprocess does what the model was published with', () => {
  expect(parameters).toMatchObject({
    size: 224,
    cropFraction: 0.875,
    interpolation: 'bicubic',
    mean: [127, 127, 127],
    std: [128, 128, 128],
  });
});
