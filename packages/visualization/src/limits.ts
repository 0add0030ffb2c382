import { AttributionError } from '@vitrum/core';

/** Finds the attribution that is drawn at full strength, from the sizes |a| of those that count; 0 if all are zero. */
export type Limit = (sizes: Float32Array) => number;

/** A limit by name: `massLimit()`, `percentileLimit()`, `maximumLimit`, or 1, for attributions that are strengths already. */
export type LimitName = 'mass' | 'percentile' | 'maximum' | 'raw';

/** A limit by name, as the attribution itself, or as a function that finds it. */
export type LimitLike = LimitName | number | Limit;

/**
 * The smallest size at which the sizes up to it hold `100 − outliers` percent of their sum, as Captum cuts outliers.
 * It is a share of the mass, not of the pixels.
 * @param outliers percent of the mass that may lie above the limit. @defaultValue 2
 */
export const massLimit =
  (outliers = 2): Limit =>
  (sizes) => {
    const sorted = Float32Array.from(sizes).sort();
    const total = sorted.reduce((sum, size) => sum + size, 0);
    const wanted = (total * (100 - outliers)) / 100;
    let sum = 0;
    for (const size of sorted) {
      sum += size;
      if (size > 0 && sum >= wanted) return size;
    }
    return sorted.at(-1) ?? 0;
  };

/**
 * The size that `percentile` percent of the attributions that are not zero do not exceed, on a straight line between the two sizes
 * next to it.
 * @param percentile 0 to 100. @defaultValue 99
 */
export const percentileLimit =
  (percentile = 99): Limit =>
  (sizes) => {
    const sorted = sizes.filter((size) => size > 0).sort();
    const place = ((sorted.length - 1) * percentile) / 100;
    const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place - Math.floor(place));
  };

/** The largest size: nothing is cut. */
export const maximumLimit: Limit = (sizes) => sizes.reduce((largest, size) => Math.max(largest, size), 0);

const named: Record<LimitName, Limit> = {
  mass: massLimit(),
  percentile: percentileLimit(),
  maximum: maximumLimit,
  raw: () => 1,
};

/**
 * The size drawn at full strength; 0 if all are zero.
 * @throws AttributionError 'option' if there are attributions and the limit is not above 0, or no limit has that name
 */
export function limitOf(sizes: Float32Array, limit: LimitLike): number {
  if (sizes.every((size) => size === 0)) return 0;
  if (typeof limit === 'string' && !Object.hasOwn(named, limit))
    throw new AttributionError('option', {
      got: `limit "${limit}"`,
      expected: `one of ${Object.keys(named).join(', ')}, a number, or a function of the sizes`,
      fix: "Leave it out for 'mass'.",
    });
  const found = typeof limit === 'number' ? limit : (typeof limit === 'function' ? limit : named[limit])(sizes);
  if (!(found > 0 && found < Infinity))
    throw new AttributionError('option', {
      got: `limit ${found}`,
      expected: 'an attribution above 0',
      fix: "Pass the size to draw at full strength, or a name: 'mass', 'percentile', 'maximum', 'raw'.",
    });
  return found;
}
