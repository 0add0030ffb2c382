import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { prepare } from '@vitrum/core';
import '@vitrum/workers';
import { reasonOf, wrong } from '../errors';
import type { Told } from '../helper';
import type { Network } from '../network/network';
import type { AskedMethod } from '../question/methods';

export interface ThreadOptions extends Told {
  /** As it was typed. */
  readonly workers?: string | undefined;
}

/** What each thread runs, in what is published; there is none from sources. */
const helper = new URL('./helper.js', import.meta.url);

/** More help little, and each holds the model once more. */
const most = 8;

/**
 * The network with threads that help, which its `dispose` ends. If nobody says how many, as many as there are cores where a
 * method takes many rows, and none where none does, as they take a while to start.
 *
 * @param say told where nobody asked for threads and they cannot start
 * @throws AttributionError `option`
 */
export async function withThreads(
  network: Network,
  { workers, backend, model: path }: ThreadOptions,
  methods: readonly AskedMethod[],
  say: (line: string) => void,
): Promise<Network> {
  const asked = workers === undefined ? undefined : countOf(workers);
  // Native TensorFlow has threads of its own.
  const native = backend === 'node';
  if (native && asked)
    throw wrong(
      'option',
      '--workers with --backend node',
      'wasm or cpu',
      'Leave it out: native TensorFlow uses all cores.',
    );
  const worthwhile = !native && existsSync(helper) && methods.some(({ many }) => many);
  const count = asked ?? (worthwhile ? Math.min(most, availableParallelism()) : 0);
  if (count === 0 || (asked === undefined && count === 1)) return network;
  const workerData: Told = { backend, model: path };
  const load = () => new Worker(helper, { workerData });
  try {
    const model = await prepare(network.model, { workers: { count, load } });
    const dispose = () => {
      model.dispose();
      network.dispose();
    };
    return { ...network, model, dispose };
  } catch (error) {
    if (asked !== undefined) throw error;
    say(`  no threads help: ${reasonOf(error)}`);
    return network;
  }
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0 && text.trim() !== '') return count;
  throw wrong(
    'option',
    `--workers "${text}"`,
    'a whole number, 0 for none',
    'Leave it out for as many as there are cores.',
  );
}
