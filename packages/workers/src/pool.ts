import {
  type Assignment,
  AttributionError,
  type Elsewhere,
  type TensorData,
  type Workers,
  type WorkersOptions,
} from '@vitrum/core';
import { dataOf } from '@vitrum/core/elsewhere';
import { type Remote, transfer, wrap } from 'comlink';
import type { Loaded, Service } from './serve';
import { listens, type Running, start } from './thread';
import { buffersIn, pack, tie } from './travel';

/** A thread that has the model. */
interface Helping {
  readonly loaded: Loaded;
  /** How many answers are waited for. */
  waiting: number;
  /** Whether it has ended. */
  gone: boolean;
  ask<T>(what: (service: Remote<Service>) => Promise<T>): Promise<T>;
  terminate(): void;
}

/**
 * Starts threads, each of which loads the model.
 * @throws AttributionError `option`, if one of them does not
 */
export async function hire({ count, load }: WorkersOptions): Promise<Workers> {
  const running: Running[] = [];
  try {
    for (let i = 0; i < count; i++) running.push(start(load));
    const threads = await Promise.all(running.map(helping));
    return {
      count,
      begin: beginOn(threads),
      dispose() {
        for (const { terminate } of threads) terminate();
      },
    };
  } catch (cause) {
    for (const { terminate } of running) terminate();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AttributionError('option', {
      got: `workers of which one did not start (${reason.replace(/\.$/, '')})`,
      expected: 'a module that calls serve(), loads the model and ends well',
      fix: "Look at the module alone. A bundler needs to see it: load: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }).",
      cause,
    });
  }
}

/** Seconds within which a thread must listen: loading its module takes a while, loading the model comes after that. */
const patience = 60;

async function helping({ endpoint, ended, busy, terminate }: Running): Promise<Helping> {
  const service = wrap<Service>(endpoint);
  // Not raced with `ended`: a promise that lives as long as the thread would keep every answer that it was raced with.
  const waits = new Set<(reason: unknown) => void>();
  ended.catch((reason) => {
    thread.gone = true;
    for (const reject of waits) reject(reason);
  });
  const thread: Omit<Helping, 'loaded'> = {
    waiting: 0,
    gone: false,
    async ask(what) {
      if (thread.gone) return ended;
      let stop = (_: unknown) => {};
      if (thread.waiting++ === 0) busy(true);
      try {
        return await new Promise((resolve, reject) => {
          stop = reject;
          waits.add(reject);
          what(service).then(resolve, reject);
        });
      } finally {
        waits.delete(stop);
        if (--thread.waiting === 0) busy(false);
      }
    },
    terminate,
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  await thread.ask(() =>
    Promise.race([
      listens(endpoint),
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`it does not call serve() within ${patience} seconds`)),
          1000 * patience,
        );
      }),
    ]).finally(() => clearTimeout(timer)),
  );
  const loaded = await thread.ask((service) => service.load());
  return Object.assign(thread, { loaded });
}

/** Batches go to the thread that has least to do. */
function beginOn(threads: readonly Helping[]): Elsewhere['begin'] {
  return async (work, surroundings): Promise<Assignment | string> => {
    const alive = threads.filter(({ gone }) => !gone);
    if (alive.length === 0) return 'all threads have ended';
    const other = alive.find(({ loaded }) => loaded.backend !== surroundings.backend);
    if (other) return `the threads are on "${other.loaded.backend}", and this thread is on "${surroundings.backend}"`;
    const tied = tie(work, alive[0]?.loaded.ruleSets ?? []);
    if (tied) return tied;
    const data = await pack(work, surroundings);
    const begun = new Map<Helping, number>();
    const end = () => {
      for (const [{ ask, gone }, id] of begun) if (!gone) ask((service) => service.end(id)).catch(() => undefined);
    };
    const begin = async (thread: Helping) => begun.set(thread, await thread.ask((service) => service.begin(data)));
    const starts = await Promise.allSettled(alive.map(begin));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed) {
      end();
      throw failed.reason;
    }
    const rowsOf = ([thread, id]: [Helping, number], start: number, until: number, points?: readonly TensorData[]) =>
      thread.ask((service) => service.rows(id, start, until, points));
    return {
      async rows(start, end, made) {
        const points = made && (await dataOf(made));
        const [least] = [...begun].sort(([a], [b]) => a.waiting - b.waiting);
        if (!least) throw new Error('all threads have ended');
        return rowsOf(least, start, end, points && transfer(points, buffersIn(points)));
      },
      async rowsOfEach(start, end, made) {
        const points = made && (await dataOf(made));
        return Promise.all([...begun].map((one) => rowsOf(one, start, end, points)));
      },
      end,
    };
  };
}
