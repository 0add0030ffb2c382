/** One tensor of numbers to compare. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** How far |got − expected| may go at an element. */
export type Bound = (tensorIndex: number, element: number) => number;

export interface Comparison {
  /** Largest |got − expected|. */
  readonly absolute: number;
  /** The same, divided by the largest |expected|. */
  readonly relative: number;
  /** What is wrong, for people; empty = equal within the bounds. */
  readonly problems: readonly string[];
}

/** Largest |value| over several tensors. */
export function largest(tensors: readonly Numbers[]): number {
  let top = 0;
  for (const { values } of tensors)
    for (let i = 0; i < values.length; i++) top = Math.max(top, Math.abs(values[i] ?? 0));
  return top;
}

/** Compares lists of tensors element by element; `names` are for the problems. */
export function compare(
  got: readonly Numbers[],
  expected: readonly Numbers[],
  names: readonly string[],
  bound: Bound,
): Comparison {
  const problems: string[] = [];
  if (got.length !== expected.length) problems.push(`${got.length} tensors instead of ${expected.length}`);
  let absolute = 0;
  expected.forEach((want, t) => {
    const have = got[t];
    if (!have) return;
    if (String(have.shape) !== String(want.shape)) {
      problems.push(`${names[t]} has shape [${have.shape}] instead of [${want.shape}]`);
      return;
    }
    let wrong = 0;
    let worst = { excess: Number.NEGATIVE_INFINITY, text: '' };
    for (let i = 0; i < want.values.length; i++) {
      const [a, b] = [have.values[i] ?? Number.NaN, want.values[i] ?? Number.NaN];
      const error = a === b ? 0 : Math.abs(a - b);
      absolute = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(absolute, error);
      // Not `error > allowed`, which NaN would pass.
      if (error <= bound(t, i)) continue;
      wrong++;
      const excess = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error - bound(t, i);
      if (excess > worst.excess) worst = { excess, text: `[${position(i, want.shape)}] is ${a} instead of ${b}` };
    }
    if (wrong > 0) problems.push(`${wrong} of ${want.values.length} differ in ${names[t]}; ${worst.text}`);
  });
  return { absolute, relative: absolute === 0 ? 0 : absolute / largest(expected), problems };
}

function position(element: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const size of [...shape].reverse()) {
    index.unshift(element % size);
    element = Math.floor(element / size);
  }
  return index;
}
