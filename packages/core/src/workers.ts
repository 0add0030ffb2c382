import { AttributionError } from './errors';
import type { Elsewhere } from './probe/elsewhere';

/** A thread: a `Worker` of a browser, or one of `node:worker_threads`. */
export interface Thread {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  terminate(): unknown;
}

export interface WorkersOptions {
  /** How many threads there are beside this one, each with a copy of the model. As many as there are cores is a good choice. */
  readonly count: number;
  /**
   * The module that each thread runs; it calls `serve` of @vitrum/workers. Where a bundler must see the thread being made, a
   * function that makes one: `() => new Worker(new URL('./explain.worker.ts', import.meta.url), { type: 'module' })`.
   */
  readonly load: URL | (() => Thread);
}

/** Threads that have the model. */
export interface Workers extends Elsewhere {
  /** Ends them. */
  dispose(): void;
}

type Hire = (options: WorkersOptions) => Promise<Workers>;

let hired: Hire | undefined;

/** Says how threads are started. What @vitrum/workers does when it is imported. */
export function provideWorkers(hire: Hire): void {
  hired = hire;
}

/** Starts threads. @throws AttributionError `option`, if `options` are wrong, nobody can, or they do not start */
export function hire(options: WorkersOptions): Promise<Workers> {
  const problem = (got: string, expected: string, fix: string) =>
    new AttributionError('option', { got, expected, fix });
  const { count, load } = options;
  if (!(Number.isInteger(count) && count > 0))
    throw problem(`workers with count ${count}`, 'a positive whole number', 'Take as many as there are cores.');
  if (typeof load !== 'function' && !(typeof load === 'object' && load !== null && 'href' in load))
    throw problem(
      `workers with load of type ${typeof load}`,
      'the URL of the module that they run, or a function that makes one',
      "Use new URL('./worker.js', import.meta.url).",
    );
  if (!hired)
    throw problem('workers, and nobody who starts them', '@vitrum/workers', "Add import '@vitrum/workers'; once.");
  return hired(options);
}
