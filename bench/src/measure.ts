/** Milliseconds since some moment. */
export type Clock = () => number;

const now: Clock = () => performance.now();

/**
 * What this process has used of the processor: for work on one thread the same as the time it takes, without the waiting
 * while the machine does something else.
 */
export const processorTime: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** How long `run` takes, in milliseconds. */
export async function timed(run: () => unknown, clock: Clock = now): Promise<number> {
  const start = clock();
  await run();
  return clock() - start;
}

/** One side of a comparison: does the work once and says how many milliseconds that took. */
export type Side = () => Promise<number>;

export interface Effort {
  /** @defaultValue 5 */
  readonly atLeast?: number;
  /** @defaultValue 40 */
  readonly atMost?: number;
  /** After so many milliseconds no new round begins, once there were `atLeast`. @defaultValue 3000 */
  readonly milliseconds?: number;
  /** Runs of each side before anything counts. @defaultValue 2 */
  readonly warmUp?: number;
}

/**
 * Measures the sides in turn, so that what else the machine does meets all of them alike. Every other round goes the other
 * way round, so that a steady drift favours none.
 *
 * @returns the milliseconds of every round, for each side
 */
export async function alternate(
  sides: readonly Side[],
  { atLeast = 5, atMost = 40, milliseconds = 3000, warmUp = 2 }: Effort = {},
  clock: Clock = now,
): Promise<number[][]> {
  for (let i = 0; i < warmUp; i++) for (const side of sides) await side();
  const runs: number[][] = sides.map(() => []);
  const start = clock();
  for (let round = 0; round < atMost; round++) {
    if (round >= atLeast && clock() - start >= milliseconds) break;
    const order = [...sides.keys()];
    for (const i of round % 2 === 0 ? order : order.reverse()) runs[i]?.push((await sides[i]?.()) ?? Number.NaN);
  }
  return runs;
}

export const least = (runs: readonly number[]): number => Math.min(...runs);

export function median(runs: readonly number[]): number {
  const sorted = [...runs].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}

/** Ours over theirs: of the fastest runs, and the median over the rounds, in each of which both met the same machine. */
export function ratios(ours: readonly number[], theirs: readonly number[]): { least: number; median: number } {
  return {
    least: least(ours) / least(theirs),
    median: median(ours.map((own, i) => own / (theirs[i] ?? Number.NaN))),
  };
}
