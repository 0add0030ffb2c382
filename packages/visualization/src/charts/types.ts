import type { LimitLike } from '../limits';
import type { Sign } from '../normalize';
import type { Theme } from '../theme';

/** One measured quantity over time, and what each of its values did to the score. */
export interface Channel {
  readonly label: string;
  readonly values: ArrayLike<number>;
  readonly attributions: ArrayLike<number>;
}

export interface Series {
  /** When: one number for each step, ascending, steps of any length. @defaultValue 0, 1, 2, … */
  readonly x?: ArrayLike<number>;
  readonly channels: readonly Channel[];
}

/** A column of a table, and what its value did to the score. */
export interface Feature {
  readonly name: string;
  /** What stood there: shown beside the name. */
  readonly value?: number | string;
  readonly attribution: number;
}

export interface ChartOptions {
  title?: string;
  subtitle?: string;
  footer?: string;
  /** Width in pixels, 160 at least. @defaultValue 760 */
  width?: number;
  /** @defaultValue 'light' */
  theme?: Theme;
}

export interface SeriesOptions extends ChartOptions {
  /** Which attributions count. @defaultValue 'all' */
  sign?: Sign;
  /** The attribution at full strength, one for all channels. @defaultValue 'mass', Captum's cut of 2 % outliers */
  limit?: LimitLike;
  /** What the steps are. @defaultValue 'step' */
  xLabel?: string;
}

export interface BarsOptions extends ChartOptions {
  /** How many of the strongest are shown; the others are summed in one bar. @defaultValue 10 */
  top?: number;
}

export interface WaterfallOptions extends BarsOptions {
  /** S(x'), where it begins. */
  baselineScore: number;
  /** S(x), where it should end: what the attributions miss is a bar of its own. */
  score: number;
}
