import { rgb } from 'd3-color';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ColourMap, colourScale, defaultColours, positionOf, sampled } from './colours';
import type { Rgb } from './picture';
import { type Theme, themeColours } from './theme';
import { contrast, luminance } from './tokens/contrast';

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

const signs = ['all', 'positive', 'negative', 'absolute'] as const;
const papers: readonly Theme[] = ['light', 'dark'];
const strengths = Array.from({ length: 33 }, (_, index) => index / 32);

test('is never further than half a sample from the colour map itself', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(...signs),
      fc.constantFrom(...papers),
      (at, sign, theme) => {
        const colours = defaultColours(sign, theme);
        const { r, g, b } = rgb(colours(at));
        const nearby = [at - 1 / 1024, at + 1 / 1024].map((other) => rgb(colours(Math.max(0, Math.min(1, other)))));
        const [red, green, blue] = sampled(colours)(at);
        const room = (channel: 'r' | 'g' | 'b', own: number) =>
          1 + Math.max(...nearby.map((colour) => Math.abs(colour[channel] - own)));
        expect(Math.abs(red - r)).toBeLessThanOrEqual(room('r', r));
        expect(Math.abs(green - g)).toBeLessThanOrEqual(room('g', g));
        expect(Math.abs(blue - b)).toBeLessThanOrEqual(room('b', b));
      },
    ),
  );
});

test.each(papers)('leaves the paper further behind the stronger an attribution is, on %s paper', (theme) => {
  for (const [colourOf, direction] of [
    [(strength: number) => sampled(defaultColours('all', theme))(0.5 + strength / 2), 'up'],
    [(strength: number) => sampled(defaultColours('all', theme))(0.5 - strength / 2), 'down'],
    [(strength: number) => sampled(defaultColours('absolute', theme))(strength), 'size'],
  ] as const) {
    const light = strengths.map((strength) => luminance(colourOf(strength)));
    light.slice(1).forEach((value, index) => {
      const step = value - (light[index] ?? 0);
      expect(theme === 'light' ? -step : step, `${direction} ${index}`).toBeGreaterThan(0);
    });
    expect(colourOf(0)).toEqual(themeColours(theme).paper);
  }
});

/** How a colour looks without one kind of cones, on linear light: Machado, Oliveira and Fernandes 2009, severity 1. */
const blindness = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function seenWith(matrix: readonly number[], colour: Rgb): Rgb {
  const linear = colour.map((channel) => ((channel / 255 + 0.055) / 1.055) ** 2.4);
  const seen = [0, 3, 6].map((row) => linear.reduce((sum, value, at) => sum + value * (matrix[row + at] ?? 0), 0));
  const [red = 0, green = 0, blue = 0] = seen.map((value) => {
    const share = Math.max(0, Math.min(1, value));
    return 255 * (1.055 * share ** (1 / 2.4) - 0.055);
  });
  return [red, green, blue];
}

test.each(Object.entries(blindness))('tells raising from lowering with %s', (_, matrix) => {
  for (const theme of papers) {
    const colourAt = sampled(defaultColours('all', theme));
    for (const strength of [0.5, 0.75, 1]) {
      const [raised, lowered] = [0.5 + strength / 2, 0.5 - strength / 2].map((at) => seenWith(matrix, colourAt(at)));
      const apart = Math.hypot(...[0, 1, 2].map((channel) => (raised?.[channel] ?? 0) - (lowered?.[channel] ?? 0)));
      expect(apart, `${theme} ${strength}`).toBeGreaterThan(60);
    }
  }
});

test('writes what is read at 4.5 : 1 at least', () => {
  for (const { ink, soft, paper } of (['light', 'dark'] as const).map(themeColours))
    for (const text of [ink, soft]) expect(contrast(text, paper)).toBeGreaterThanOrEqual(4.5);
});

test('takes a colour map of the caller for every sign', () => {
  const mine: ColourMap = () => '#010203';
  for (const sign of signs) expect(colourScale(sign, 1, mine).colours).toBe(mine);
});
