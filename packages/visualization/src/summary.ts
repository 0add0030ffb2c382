import { formatNumber } from './sheet/number-format';

/** One value and its place in the list. */
export interface Extreme {
  readonly value: number;
  readonly index: number;
}

/** What a picture of attributions hides from who cannot see it. */
export interface Summary {
  readonly largest: Extreme;
  readonly least: Extreme;
  readonly sum: number;
  /** Shares of Σ|a|, 0 to 1; both 0 if all are zero. */
  readonly positive: number;
  readonly negative: number;
}

/** Extremes (the first of equals), sum and shares of attributions. */
export function summarize(values: ArrayLike<number>): Summary {
  const extremes = { largest: { value: -Infinity, index: 0 }, least: { value: Infinity, index: 0 } };
  const [raised, lowered] = [{ sum: 0 }, { sum: 0 }];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value > extremes.largest.value) extremes.largest = { value, index };
    if (value < extremes.least.value) extremes.least = { value, index };
    (value > 0 ? raised : lowered).sum += value;
  }
  const mass = raised.sum - lowered.sum;
  return {
    ...extremes,
    sum: raised.sum + lowered.sum,
    positive: mass > 0 ? raised.sum / mass : 0,
    negative: mass > 0 ? -lowered.sum / mass : 0,
  };
}

/** The summary as sentences; `placeOf` names a place, as in 'at row 3, column 5'. */
export function sentences(summary: Summary, placeOf: (index: number) => string): string {
  const { largest, least, sum, positive, negative } = summary;
  if (positive + negative === 0) return 'All attributions are zero.';
  const place = ({ value, index }: Extreme): string => `${formatNumber(value)} ${placeOf(index)}`;
  return (
    `Largest ${place(largest)}; least ${place(least)}. ` +
    `${percent(positive)} of the absolute sum is positive, ${percent(negative)} negative; the sum is ${formatNumber(sum)}.`
  );
}

/** A share as whole percent; what is neither nothing nor all is not rounded to it. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'less than 1 %';
  if (share < 1 && share > 0.99) return 'more than 99 %';
  return `${Math.round(100 * share)} %`;
}
