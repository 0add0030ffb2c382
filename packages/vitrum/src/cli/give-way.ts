import { setImmediate } from 'node:timers/promises';
import { backend, type KernelBackend } from '@tensorflow/tfjs-core';

/** Milliseconds of work after which others get their turn. */
const patience = 100;

/**
 * Makes every read of a tensor a place where others get their turn, as it is on backends that compute elsewhere. Where the
 * backend computes on this thread nothing else gives way, and the process would not hear Ctrl-C until the work is done.
 */
export function giveWay(): void {
  const current: KernelBackend = backend();
  const read = current.read.bind(current);
  let last = performance.now();
  current.read = async (data) => {
    if (performance.now() - last > patience) {
      await setImmediate();
      last = performance.now();
    }
    return read(data);
  };
}
