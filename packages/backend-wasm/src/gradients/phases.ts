/** One spatial axis of a convolution or pooling. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first element. */
  readonly before: number;
}

/** Offsets from an input to the outputs it takes: from `first` to `last`. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** The taps that reach the inputs stride·q + r, for one remainder r: input q of the phase takes outputs around q. */
export interface Phase extends Span {
  /** The tap that joins input q of the phase and output q + offset; `undefined` where there is none. */
  tap(offset: number): number | undefined;
}

/**
 * The gradient of a strided axis as `stride` correlations without stride.
 *
 * Forward, output o takes input stride·o + dilation·k − before through tap k. So input i = stride·q + r takes output
 * o = q + ⌊(r + before) / stride⌋ − m through tap k = (r + before) mod stride + stride·m, for m = 0, 1, …
 * A stride excludes dilation in TF.js; without one there is a single phase, the flipped filter.
 */
export function phases({ kernel, stride, dilation, before }: Axis): readonly Phase[] {
  return Array.from({ length: stride }, (_, remainder) => {
    const start = (remainder + before) % stride;
    const last = Math.floor((remainder + before) / stride);
    const taps = Math.max(0, Math.ceil((kernel - start) / stride));
    return {
      first: last - dilation * Math.max(0, taps - 1),
      last,
      tap(offset) {
        const m = (last - offset) / dilation;
        return Number.isInteger(m) && m >= 0 && m < taps ? start + stride * m : undefined;
      },
    };
  });
}

/** The span that covers all of `phases`. */
export function union(phases: readonly Phase[]): Span {
  return {
    first: Math.min(...phases.map((phase) => phase.first)),
    last: Math.max(...phases.map((phase) => phase.last)),
  };
}

/** The offsets of a span, in steps of `dilation`. */
export function offsets({ first, last }: Span, dilation: number): readonly number[] {
  return Array.from({ length: (last - first) / dilation + 1 }, (_, i) => first + dilation * i);
}

/** How many zeros go before and after; negative: how many entries to cut off. */
export type Margins = readonly [before: number, after: number];

/** The margins around the outputs with which a window over `span` gives every input of a phase. */
export function margins(axis: Axis, { first, last }: Span): Margins {
  return [-first, Math.ceil(axis.input / axis.stride) + last - axis.output];
}
