import { expect, test } from 'vitest';
import { check } from './photograph';

/** The beginning of a PNG file, which states its size. */
const png = (width: number, height: number): Blob => {
  const bytes = new Uint8Array(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return new Blob([bytes]);
};

test('takes pictures of every size up to the limit', async () => {
  for (const [width, height] of [
    [2, 2],
    [4000, 3000],
    [8192, 8192],
  ] as const)
    await check(png(width, height), 'a.png');
});

test.each([
  [
    'text under the name of a picture',
    new Blob(['Dear diary, nothing happened today.']),
    /not a picture, whatever its name/,
  ],
  ['an empty file', new Blob([]), /empty/],
  ['a small file that unpacks to gigabytes', png(30_000, 30_000), /30000 × 30000 pixels/],
  ['a line', png(500, 1), /500 × 1 pixels/],
  ['a file of more than 64 MB', new Blob([new Uint8Array(65 * 2 ** 20)]), /65 MB/],
])('refuses %s before it is unpacked, and says what it takes', async (_, file, words) => {
  const refused = expect(check(file, 'notes.png')).rejects;
  await refused.toMatchObject({ code: 'inputs', message: expect.stringMatching(words) });
  await expect(check(file, 'notes.png')).rejects.toThrow(/expected a PNG, JPEG/);
});
