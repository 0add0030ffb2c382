import type { AttributionMap, Picture } from '@vitrum/visualization';

/** Options of a method, as data. */
type Options = Readonly<Record<string, unknown>>;

/** What the photograph is compared with. */
export const grounds = { grey: 'mid-grey', black: 'black', white: 'white', blurred: 'itself, blurred' } as const;
export type Ground = keyof typeof grounds;

/** How to explain, for one map: all of it is data, so that it can be a key, cross to the worker and stand in a file. */
export interface How {
  readonly method: string;
  readonly options: Options;
  /** A node of the network; the pixels if absent. */
  readonly place?: string;
  readonly ground: Ground;
}

/** A photograph as the network sees it, and what it sees. */
export interface Look {
  readonly photograph: Picture;
  /** The likeliest classes; their scores are before softmax. */
  readonly predictions: readonly {
    readonly index: number;
    readonly label: string;
    readonly probability: number;
    readonly score: number;
  }[];
}

/** What a method made of a photograph, as numbers. */
export interface Answer {
  readonly how: How;
  readonly target: number;
  /** In the size of the photograph. */
  readonly map: AttributionMap;
  readonly score: number;
  readonly baselineScore?: number;
  /** Σφ − (S(x) − S(baseline)), or Σφ − S(x) without a baseline; only of a method that promises completeness. */
  readonly delta?: number;
  readonly notes: readonly string[];
  readonly cost: { readonly forward: number; readonly backward: number; readonly milliseconds: number };
  /** How many threads were there to help; 0 if it was computed in one. */
  readonly threads: number;
  /** After the work: tensors alive, those of the network and not one more from run to run; bytes of WebAssembly memory. */
  readonly memory: { readonly tensors: number; readonly bytes: number };
}
