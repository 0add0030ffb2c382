import { AttributionError } from '@vitrum/core';
import { assertNumber, written } from './options';

/** Finds the attribution that is drawn at full strength, from the sizes |a| of those that count; 0 if all are zero. */
export type Limit = (sizes: Float32Array) => number;

/** A limit by name: `massLimit()`, `percentileLimit()`, `maximumLimit`, or 1, for attributions that are strengths already. */
export type LimitName = 'mass' | 'percentile' | 'maximum' | 'raw';

/** A limit by name, as the attribution itself, or as a function that finds it. */
export type LimitLike = LimitName | number | Limit;

/**
 * The smallest size at which the sizes up to it hold `100 − outliers` percent of their sum, as Captum cuts outliers.
 * It is a share of the mass, not of the pixels.
 * @param outliers percent of the mass that may lie above the limit, 0 to 100. @defaultValue 2
 * @throws AttributionError 'option' for another number
 */
export const massLimit = (outliers = 2): Limit => {
  assertPercent('outliers', outliers, 'Leave it out for 2, as Captum has it.');
  return (sizes) => {
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
};

/**
 * The size that `percentile` percent of the attributions that are not zero do not exceed, on a straight line between the two sizes
 * next to it.
 * @param percentile 0 to 100. @defaultValue 99
 * @throws AttributionError 'option' for another number
 */
export const percentileLimit = (percentile = 99): Limit => {
  assertPercent('percentile', percentile, 'Leave it out for 99.');
  return (sizes) => {
    const sorted = sizes.filter((size) => size > 0).sort();
    const place = ((sorted.length - 1) * percentile) / 100;
    const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place - Math.floor(place));
  };
};

const assertPercent = (name: string, value: number, fix: string): void =>
  assertNumber(name, value, { least: 0, most: 100 }, `It is in percent. ${fix}`);

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
 * @throws AttributionError 'option' if there are attributions and the limit is not above 0, no limit has that name, or it is no number
 */
export function limitOf(sizes: Float32Array, limit: LimitLike): number {
  const find = typeof limit === 'number' ? () => limit : typeof limit === 'function' ? limit : namedLimit(limit);
  // A shared limit of maps that are zero is 0.
  if (typeof limit === 'number' && limit !== 0) assertLimit(limit);
  if (sizes.every((size) => size === 0)) return 0;
  const found = find(sizes);
  assertLimit(found);
  return found;
}

function namedLimit(name: LimitName): Limit {
  if (Object.hasOwn(named, name)) return named[name];
  throw new AttributionError('option', {
    got: `limit ${written(name)}`,
    expected: `one of ${Object.keys(named).join(', ')}, a number, or a function of the sizes`,
    fix: "Leave it out for 'mass'.",
  });
}

function assertLimit(limit: number): void {
  if (typeof limit === 'number' && limit > 0 && limit < Infinity) return;
  throw new AttributionError('option', {
    got: `limit ${written(limit)}`,
    expected: 'an attribution above 0',
    fix: "Pass the size to draw at full strength, or a name: 'mass', 'percentile', 'maximum', 'raw'.",
  });
}
