import {
  type Assignment,
  AttributionError,
  dataOf,
  type Elsewhere,
  type Workers,
  type WorkersOptions,
} from '@vitrum/core';
import { type Remote, transfer, wrap } from 'comlink';
import type { Service } from './serve';
import { type Running, start } from './thread';
import { buffersIn, pack, tie } from './travel';

/** A thread that has the model. */
interface Helping {
  readonly backend: string;
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

async function helping({ endpoint, ended, busy, terminate }: Running): Promise<Helping> {
  const service = wrap<Service>(endpoint);
  ended.catch(() => {
    thread.gone = true;
  });
  const thread: Helping & { backend: string } = {
    backend: '',
    waiting: 0,
    gone: false,
    async ask(what) {
      if (thread.waiting++ === 0) busy(true);
      try {
        return await Promise.race([what(service), ended]);
      } finally {
        if (--thread.waiting === 0) busy(false);
      }
    },
    terminate,
  };
  thread.backend = await thread.ask((service) => service.load());
  return thread;
}

/** Batches go to the thread that has least to do. */
function beginOn(threads: readonly Helping[]): Elsewhere['begin'] {
  let last = 0;
  return async (work, surroundings): Promise<Assignment | string> => {
    const alive = threads.filter(({ gone }) => !gone);
    if (alive.length === 0) return 'they have ended';
    const other = alive.find(({ backend }) => backend !== surroundings.backend);
    if (other) return `they are on "${other.backend}", and this thread is on "${surroundings.backend}"`;
    const tied = tie(work);
    if (tied) return tied;
    const id = ++last;
    const data = await pack(work, surroundings);
    await Promise.all(alive.map(({ ask }) => ask((service) => service.begin(id, data))));
    return {
      async outputs(row, made) {
        const points = made && (await dataOf(made));
        return Promise.all(alive.map(({ ask }) => ask((service) => service.outputs(id, row, points))));
      },
      async rows(start, end, made) {
        const points = made && (await dataOf(made));
        const [thread] = [...alive].sort((a, b) => a.waiting - b.waiting);
        if (!thread) throw new Error('they have ended');
        return thread.ask((service) => service.rows(id, start, end, points && transfer(points, buffersIn(points))));
      },
      end() {
        for (const { ask, gone } of alive) if (!gone) ask((service) => service.end(id)).catch(() => undefined);
      },
    };
  };
}
