import type { Inputs } from './inputs';
import type { ResolvedTarget } from './target';

/** What every method returns, and what every renderer, metric and exporter takes. */
export interface Attribution<I extends Inputs = Inputs> extends Disposable {
  /** Like the inputs, or the layer's tensor(s) when `at` is a layer. Raw, never normalised. Float32. */
  readonly values: I;
  readonly method: string;
  /** What was explained, settled: which class for which example. */
  readonly target: ResolvedTarget;
  /** S(x) of each example. */
  readonly score: Float32Array;
  /** S(x') of each example, x' the baseline at the inputs. */
  readonly baselineScore?: Float32Array;
  /**
   * Σ values − (score − baselineScore) of each example, for methods that promise completeness; Σ values − score where
   * there is no baseline to be complete against (LRP).
   */
  readonly convergenceDelta?: Float32Array;
  /** Like `values`, for methods that sample. */
  readonly standardError?: I;
  /**
   * Rows the model ran, forward and backward, and the time it all took. A row that went on from a site in the middle of the
   * model counts as one, and so does one that only went as far as that.
   */
  readonly cost: { readonly forward: number; readonly backward: number; readonly milliseconds: number };
  /** What a careful reader must know: fallbacks used, completeness missed, paths that do not exist, … */
  readonly notes: readonly string[];
  /** Disposes `values` and `standardError`. */
  dispose(): void;
}
