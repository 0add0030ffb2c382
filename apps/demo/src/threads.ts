import type { Model } from '@vitrum/core';

/** What a thread that helps is called, by which it knows that it is one. */
export const helperName = 'helper';

/** A model whose rows other threads evaluate, and how many these are. */
export interface Helped {
  readonly model: Model;
  readonly threads: number;
}

/** How long an explanation waits for threads that are starting, in milliseconds. */
const patience = 3000;

/** More help little, and each holds the weights once more. */
const most = 4;

/**
 * How many threads help on so many cores. While they do, the one that asks them has little to do, so that on two cores both
 * are theirs; with more cores one is left to the page. On a single one they would only be in each other's way.
 */
export const threadsFor = (cores: number): number => (cores >= 2 ? Math.min(most, Math.max(2, cores - 1)) : 0);

/**
 * Starts threads when first asked for, and gives them as soon as they are there: `undefined` if they cannot start, if the
 * signal aborts first, or if they take longer than a photograph is worth waiting for. What started late helps the next time;
 * what cannot start is not tried again, as nothing depends on it.
 */
export function starting(start: () => Promise<Helped>): (signal: AbortSignal) => Promise<Helped | undefined> {
  let started: Promise<Helped | undefined> | undefined;
  let until = 0;
  return (signal) => {
    if (!started) {
      until = performance.now() + patience;
      started = start().catch(() => undefined);
    }
    return within(started, until - performance.now(), signal);
  };
}

/** What a promise gives, if it does so within a time and before the signal aborts. */
function within<T>(promise: Promise<T>, milliseconds: number, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const end = (result?: T) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(result);
    };
    const stop = () => end();
    const timer = setTimeout(stop, Math.max(0, milliseconds));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    else void promise.then(end);
  });
}
