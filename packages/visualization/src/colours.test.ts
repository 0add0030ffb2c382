import { expect, test } from 'vitest';
import { colourScale, positionOf, sampled } from './colours';

const colourOf = (sign: 'all' | 'positive' | 'negative', strength: number) =>
  sampled(colourScale(sign, 1).colours)(positionOf[sign](strength));

test('gives an attribution the same colour in every sign that keeps signs', () => {
  for (const strength of [0, 0.25, 0.5, 1]) {
    expect(colourOf('positive', strength)).toEqual(colourOf('all', strength));
    expect(colourOf('negative', strength)).toEqual(colourOf('all', 0 - strength));
  }
});

test('raises in red and lowers in blue', () => {
  const [red, , blue] = colourOf('all', 1);
  expect(red).toBeGreaterThan(blue + 100);
  const [redBelow, , blueBelow] = colourOf('all', -1);
  expect(blueBelow).toBeGreaterThan(redBelow + 100);
});

test('orders a scale as numbers are ordered', () => {
  expect(colourScale('all', 2)).toMatchObject({ low: -2, high: 2 });
  expect(colourScale('positive', 2)).toMatchObject({ low: 0, high: 2 });
  expect(colourScale('absolute', 2)).toMatchObject({ low: 0, high: 2 });
  expect(colourScale('negative', 2)).toMatchObject({ low: -2, high: 0 });
});

test('samples any CSS colour, at both ends exactly', () => {
  const colourAt = sampled((position) => (position === 1 ? '#102030' : 'hsl(120, 100%, 50%)'));
  expect(colourAt(0)).toEqual([0, 255, 0]);
  expect(colourAt(1)).toEqual([16, 32, 48]);
  expect(colourAt(7)).toEqual([16, 32, 48]);
});
