import { expect, test } from 'vitest';
import { fillRectangle, paste, stretch } from './paint';
import { createPicture } from './picture';

const reds = ({ data }: { data: Uint8ClampedArray }) => Array.from(data).filter((_, index) => index % 4 === 0);

test('fills what of a rectangle lies inside', () => {
  const picture = createPicture(3, 2, [0, 0, 0]);
  fillRectangle(picture, { x: 1, y: -1, width: 5, height: 2 }, [9, 9, 9]);
  expect(reds(picture)).toEqual([0, 9, 9, 0, 0, 0]);
});

test('pastes through alpha', () => {
  const picture = createPicture(2, 1, [100, 100, 100]);
  paste(picture, { width: 1, height: 1, data: Uint8ClampedArray.of(200, 0, 0, 51) }, 1, 0);
  expect(Array.from(picture.data)).toEqual([100, 100, 100, 255, 120, 80, 80, 255]);
});

test('enlarges pixels to squares', () => {
  const picture = { width: 2, height: 1, data: Uint8ClampedArray.of(1, 1, 1, 255, 2, 2, 2, 255) };
  const large = stretch(picture, 6, 3);
  expect([large.width, large.height]).toEqual([6, 3]);
  expect(reds(large)).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
});
