import type { AttributionMap } from '../attribution-map';
import type { ReportedExplanation } from './types';

/** What a map says in numbers, for who cannot see it and who wants to know. */
export interface Facts {
  /** Shares of Σ|a|, 0 to 1; both 0 if all are zero. */
  readonly positive: number;
  readonly negative: number;
  /** The smallest share of the pixels that holds half of Σ|a|. */
  readonly half: number;
  /** The pixel with the largest |a|, in row and column from 0, as in alt texts, and what it has. */
  readonly strongest: { readonly row: number; readonly column: number; readonly value: number };
}

export function factsOf({ width, values }: AttributionMap): Facts {
  const sizes = Float64Array.from(values, Math.abs).sort().reverse();
  const part = (sign: 1 | -1) => values.reduce((sum, value) => sum + Math.max(sign * value, 0), 0);
  const [positive, negative] = [part(1), part(-1)];
  const mass = positive + negative;
  let [held, pixels] = [0, 0];
  while (pixels < sizes.length && held < mass / 2) held += sizes[pixels++] ?? 0;
  const at = values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best] ?? 0) ? i : best), 0);
  return {
    positive: mass > 0 ? positive / mass : 0,
    negative: mass > 0 ? negative / mass : 0,
    half: sizes.length > 0 ? pixels / sizes.length : 0,
    strongest: { row: Math.floor(at / width), column: at % width, value: values[at] ?? 0 },
  };
}

/** What the map shows, as text in place of the picture. */
export const alternative = ({ title, target, map }: ReportedExplanation, facts: Facts = factsOf(map)): string =>
  `${title} for ${target}, ${map.width} × ${map.height}, over the photograph. ${inNumbers(facts, target)}`;

/** How much is for and how much against, how concentrated it is, and where it is strongest. */
export function inNumbers({ positive, negative, half, strongest }: Facts, target: string): string {
  if (positive + negative === 0) return `Nothing counts for or against ${target}: the values are zero everywhere.`;
  const signs =
    negative === 0
      ? 'No value is negative.'
      : positive === 0
        ? 'No value is positive.'
        : `${percent(positive)} of the attribution raises the score of ${target}, ${percent(negative)} lowers it.`;
  const { row, column, value } = strongest;
  return (
    `${signs} Half of it lies on ${percent(half)} of the picture; ` +
    `the strongest pixel, at row ${row} and column ${column}, has ${inWords(value)}.`
  );
}

/** Whether the values sum to what they should, in words. */
export function completeness({ score, completeness: given }: ReportedExplanation): string | undefined {
  if (!given || score === undefined) return undefined;
  const { delta, baselineScore } = given;
  const change = score - (baselineScore ?? 0);
  const sum = inWords(change + delta);
  const gap = change === 0 ? undefined : Math.abs(delta / change);
  const missed =
    gap === undefined
      ? `off by ${inWords(Math.abs(delta))}`
      : gap < 0.0005
        ? 'nothing is missing'
        : `${percent(gap)} ${delta * change < 0 ? 'is missing' : 'too much'}`;
  const wanted =
    baselineScore === undefined
      ? `The score itself is ${inWords(score)}`
      : `The score changes by ${inWords(change)}, from ${inWords(baselineScore)} on the baseline to ${inWords(score)}`;
  return `The values sum to ${sum}. ${wanted}: ${missed}.`;
}

/** How sure a sampled map is, in words. */
export function uncertainty({ standardError }: ReportedExplanation): string | undefined {
  if (!standardError) return undefined;
  const { typical, values } = standardError;
  const share = values > 0 ? `, ${percent(typical / values)} of the size of a typical value` : '';
  return `Drawn at random: the typical standard error of a value is ${inWords(typical)}${share}.`;
}

/** A share as a percentage: with one digit behind the point below 10 %, and never rounded to nothing or all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'less than 0.1 %';
  if (share < 1 && share > 0.999) return 'more than 99.9 %';
  const value = 100 * share;
  return `${value < 10 || (share < 1 && value >= 99.5) ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0)} %`;
}

/** A number to four digits, with a real minus sign. */
export const inWords = (value: number): string =>
  String(Number(value.toPrecision(4)))
    .replace('e-', 'e−')
    .replace(/^-/, '−');
