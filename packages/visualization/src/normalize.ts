import { AttributionError } from '@vitrum/core';
import { type LimitLike, limitOf } from './limits';

/** Which attributions count: those that raise the score, those that lower it, their size, or all with their sign. */
export type Sign = 'positive' | 'negative' | 'absolute' | 'all';

/** What has attributions to draw, in whatever shape: an `AttributionMap` fits. */
export interface Attributions {
  readonly values: ArrayLike<number>;
}

/** Strengths to draw: −1 to 1 for 'all', else 0 to 1, also for 'negative'. */
export interface Normalized {
  readonly strengths: Float32Array;
  /** The size of attribution that has strength 1; 0 if no attribution counts, and then all strengths are 0. */
  readonly limit: number;
}

export interface NormalizeOptions {
  /** @defaultValue 'all' */
  sign?: Sign;
  /** @defaultValue 'mass': Captum's cut of 2 % outliers */
  limit?: LimitLike;
}

/**
 * clip(a / limit, −1, 1) of the attributions that count; Captum's `_normalize_attr`, but all zeros give zeros instead of an error.
 * @throws AttributionError 'option' for a limit that is not above 0 and an unknown sign, 'not-finite' for NaN and infinities
 */
export function normalize(map: Attributions, { sign = 'all', limit = 'mass' }: NormalizeOptions = {}): Normalized {
  const counted = countedOf(map, sign);
  const size = limitOf(counted.map(Math.abs), limit);
  if (size === 0) return { strengths: new Float32Array(counted.length), limit: 0 };
  return { strengths: counted.map((value) => Math.max(-1, Math.min(1, value / size))), limit: size };
}

/**
 * One limit for several maps, found from the attributions of all of them together; 0 if all are zero. Pass it as `limit` to
 * each, and equal colours mean equal attributions.
 * @throws AttributionError as `normalize` does
 */
export function sharedLimit(
  maps: readonly Attributions[],
  { sign = 'all', limit = 'mass' }: NormalizeOptions = {},
): number {
  const sizes = maps.flatMap((map) => Array.from(countedOf(map, sign), Math.abs));
  return limitOf(Float32Array.from(sizes), limit);
}

/** The attributions that count, at their places; 0 where another is. */
function countedOf({ values }: Attributions, sign: Sign): Float32Array {
  if (!Object.hasOwn(counts, sign))
    throw new AttributionError('option', {
      got: `sign "${sign}"`,
      expected: `one of ${Object.keys(counts).join(', ')}`,
      fix: "What Captum calls 'absolute_value' is 'absolute'.",
    });
  const counted = Float32Array.from(values, counts[sign]);
  const broken = counted.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0)
    throw new AttributionError('not-finite', {
      got: `${values[broken]} at place ${broken}`,
      expected: 'finite attributions',
      fix: 'Look for a division by zero or an overflow in the model or the method.',
    });
  return counted;
}

const counts: Record<Sign, (value: number) => number> = {
  positive: (value) => Math.max(value, 0),
  negative: (value) => Math.max(-value, 0),
  absolute: Math.abs,
  all: (value) => value,
};
