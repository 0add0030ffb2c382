import type { AttributionMap } from './attribution-map';

/** Which attributions count: those that raise the score, those that lower it, their size, or all with their sign. */
export type Sign = 'positive' | 'negative' | 'absolute' | 'all';

/** Finds the attribution that is drawn at full strength, from the sizes |a| of those that count; 0 if all are zero. */
export type Limit = (sizes: Float32Array) => number;

/** Strengths to draw: −1 to 1 for 'all', else 0 to 1, also for 'negative'. */
export interface Normalized {
  readonly strengths: Float32Array;
  /** The size of attribution that has strength 1; 0 if no attribution counts, and then all strengths are 0. */
  readonly limit: number;
}

export interface NormalizeOptions {
  /** @defaultValue 'all' */
  sign?: Sign;
  /** @defaultValue massLimit() */
  limit?: Limit;
}

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
      if (sum >= wanted) return size;
    }
    return sorted.at(-1) ?? 0;
  };

/** clip(a / limit, −1, 1) of the attributions that count; Captum's `_normalize_attr`, but all zeros give zeros instead of an error. */
export function normalize(
  map: AttributionMap,
  { sign = 'all', limit = massLimit() }: NormalizeOptions = {},
): Normalized {
  const counted = map.values.map(counts[sign]);
  const size = limit(counted.map(Math.abs));
  if (!(size > 0)) return { strengths: new Float32Array(counted.length), limit: 0 };
  return { strengths: counted.map((value) => Math.max(-1, Math.min(1, value / size))), limit: size };
}

const counts: Record<Sign, (value: number) => number> = {
  positive: (value) => Math.max(value, 0),
  negative: (value) => Math.max(-value, 0),
  absolute: Math.abs,
  all: (value) => value,
};
