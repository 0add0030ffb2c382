import type { LimitLike } from '../limits';
import type { Theme } from '../theme';

/** A text as the model saw it, with what each token did to the score. */
export interface TextRecord {
  readonly tokens: readonly string[];
  /** One for each token: attributions of an embedding are summed over its dimensions first. */
  readonly attributions: ArrayLike<number>;
  /** The class that is right. */
  readonly trueLabel?: string;
  /** The class that was predicted. */
  readonly predictedLabel?: string;
  /** Its probability, 0 to 1. */
  readonly probability?: number;
  /** The class that was explained. */
  readonly attributionLabel?: string;
  /** S(x), the score that was explained. */
  readonly score?: number;
  /** Σ values − (S(x) − S(baseline)). */
  readonly convergenceDelta?: number;
}

/**
 * How pieces of words are marked: 'wordpiece' ## before a piece that continues (BERT), 'sentencepiece' ▁ before one that begins
 * (T5, Llama), 'gpt' Ġ before one that begins and Ċ for a new line (GPT-2).
 */
export type Pieces = 'wordpiece' | 'sentencepiece' | 'gpt';

export interface HighlightedTextOptions {
  /** @defaultValue 'Which words counted' */
  title?: string;
  subtitle?: string;
  footer?: string;
  /** Joins pieces to words and adds up their attributions. @defaultValue tokens are shown as they are */
  merge?: Pieces;
  /** The attribution at full strength, one for all records. @defaultValue 'maximum' */
  limit?: LimitLike;
  /** Width in pixels, 160 at least. @defaultValue 760 */
  width?: number;
  /** @defaultValue 'light' */
  theme?: Theme;
}
