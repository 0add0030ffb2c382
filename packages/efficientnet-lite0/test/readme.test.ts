import { expect, test } from 'vitest';
import { best, seen } from './example';

test('the example of the README does what it says', () => {
  expect(best.slice(0, 3).map(({ label, probability }) => `${label} ${probability.toFixed(2)}`)).toEqual([
    'tiger cat 0.41',
    'Egyptian cat 0.34',
    'tabby 0.17',
  ]);
  expect([seen.width, seen.height]).toEqual([224, 224]);
});
