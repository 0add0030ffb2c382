import { AttributionError } from '@vitrum/core';
import { rgb } from 'd3-color';
import { interpolateLab, piecewise } from 'd3-interpolate';
import { schemePurples, schemeRdBu } from 'd3-scale-chromatic';
import type { Sign } from './normalize';
import { written } from './options';
import type { Rgb } from './picture';
import { cssColour, type Theme, themeColours } from './theme';

/** A CSS colour for a position from 0 to 1, opaque. The interpolators of d3-scale-chromatic fit. */
export type ColourMap = (position: number) => string;

/** What the colours of a drawing mean: `low` and `high` are the attributions at positions 0 and 1 of `colours`. */
export interface ColourScale {
  readonly colours: ColourMap;
  readonly low: number;
  readonly high: number;
}

const redToBlue = schemeRdBu[11] ?? [];
const paleToPurple = schemePurples[9] ?? [];

/**
 * Zero is the paper, strength leaves it: on light paper towards the dark colours of RdBu, told apart by people who do not see red
 * or green; on dark paper towards its light ones, so the halves of the scheme change places. The darkest at each end look black and
 * are left out on light paper.
 */
const diverging: Record<Theme, ColourMap> = {
  light: between([...redToBlue.slice(6, 10)].reverse(), 'light', [...redToBlue.slice(1, 5)].reverse()),
  dark: between([...redToBlue.slice(7)], 'dark', redToBlue.slice(0, 4)),
};

const sizes: Record<Theme, ColourMap> = {
  light: between([], 'light', paleToPurple.slice(1, 8)),
  dark: between([], 'dark', paleToPurple.slice(2).reverse()),
};

/** From the first to the last colour over the paper, even steps in CIELAB. */
function between(lowering: readonly string[], theme: Theme, raising: readonly string[]): ColourMap {
  return piecewise(interpolateLab, [...lowering, cssColour(themeColours(theme).paper), ...raising]);
}

/** The same red always raises the score and the same blue lowers it; size alone is their mixture, purple. */
export function defaultColours(sign: Sign, theme: Theme = 'light'): ColourMap {
  themeColours(theme);
  const both = diverging[theme];
  if (sign === 'all') return both;
  if (sign === 'absolute') return sizes[theme];
  return sign === 'positive' ? (position) => both((1 + position) / 2) : (position) => both(position / 2);
}

/** The scale of a sign, in the order of numbers: 'negative' runs from −limit to 0. */
export function colourScale(sign: Sign, limit: number, colours: ColourMap = defaultColours(sign)): ColourScale {
  return {
    colours,
    low: sign === 'all' || sign === 'negative' ? 0 - limit : 0,
    high: sign === 'negative' ? 0 : limit,
  };
}

/** Where on the scale of a sign a strength lies, 0 to 1. */
export const positionOf: Record<Sign, (strength: number) => number> = {
  all: (strength) => (strength + 1) / 2,
  positive: (strength) => strength,
  negative: (strength) => 1 - strength,
  absolute: (strength) => strength,
};

const steps = 512;

/** d3-color reads no fractions in `rgb()`, which CSS knows. */
const inWholeNumbers = (colour: string): string =>
  `${colour}`.startsWith('rgb(') ? colour.replace(/\d*\.\d+/g, (number) => Number(number).toFixed(0)) : colour;

const noColours = (got: string): AttributionError =>
  new AttributionError('option', {
    got: `colours ${got}`,
    expected: "a function from 0 to 1 to opaque CSS colours, such as '#b2182b'",
    fix: 'Pass an interpolator of d3-scale-chromatic, such as `interpolateViridis`, or leave it out.',
  });

/**
 * The colour map as a fast function: sampled once, at 513 positions, so that 0, ½ and 1 are exact.
 * @throws AttributionError 'option' for what is no function, or gives what is no colour
 */
export function sampled(colours: ColourMap): (position: number) => Rgb {
  if (typeof colours !== 'function') throw noColours(written(colours));
  const table = Array.from({ length: steps + 1 }, (_, index): Rgb => {
    const colour = colours(index / steps);
    const { r, g, b } = rgb(inWholeNumbers(colour));
    if (Number.isNaN(r + g + b)) throw noColours(`a function that gives ${written(colour)} for ${index / steps}`);
    return [r, g, b];
  });
  return (position) => table[Math.round(Math.max(0, Math.min(1, position)) * steps)] ?? [0, 0, 0];
}
