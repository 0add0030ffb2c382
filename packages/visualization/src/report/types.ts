import type { AttributionMap } from '../attribution-map';
import type { Picture } from '../picture';

/** All that a report tells. Text is put in as it is: markup in it is shown, not run. */
export interface ReportData {
  /** What the model was given, in the size of the maps. */
  readonly photograph: Picture;
  /** What the photograph is called. */
  readonly name: string;
  /** What ran, in words, such as `EfficientNet-Lite0`. */
  readonly model: string;
  /** The model's answers, the likeliest first. */
  readonly predictions: readonly ReportedPrediction[];
  readonly explanations: readonly ReportedExplanation[];
  /** What holds for all of them: backend, preprocessing, seed, by name. @defaultValue none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Versions by name of package. @defaultValue none */
  readonly versions?: Readonly<Record<string, string>>;
}

export interface ReportedPrediction {
  readonly label: string;
  /** Place in the output. */
  readonly index: number;
  /** 0 to 1; absent where the model gives no probabilities. */
  readonly probability?: number;
  /** What the output says, before it is made a probability. */
  readonly score: number;
}

/** What one method says of one target. */
export interface ReportedExplanation {
  readonly title: string;
  /** What its values mean, in one line. */
  readonly summary?: string;
  /** Authors and year. */
  readonly paper?: string;
  /** What was explained, in words: `tiger cat`. */
  readonly target: string;
  /** The place in the output of the class that was explained: marked among the predictions. @defaultValue none is marked */
  readonly index?: number;
  /** In the size of the photograph. */
  readonly map: AttributionMap;
  /** S(x). */
  readonly score?: number;
  readonly completeness?: ReportedCompleteness;
  readonly standardError?: ReportedError;
  /** Options and circumstances by name. @defaultValue none */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly seconds?: number;
  /** Model rows, forward. */
  readonly rows?: number;
  /** What a careful reader must know. @defaultValue none */
  readonly notes?: readonly string[];
}

/** For a method that promises that its values sum to a difference of scores. */
export interface ReportedCompleteness {
  /** Σ values − what they should sum to. */
  readonly delta: number;
  /** S(baseline); absent where the values should sum to the score itself. */
  readonly baselineScore?: number;
}

/** For a method that samples. */
export interface ReportedError {
  /** √ of the mean of the squared standard errors of all values. */
  readonly typical: number;
  /** √ of the mean of the squared values themselves. */
  readonly values: number;
}
