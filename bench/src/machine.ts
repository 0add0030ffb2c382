import { cpus, loadavg, totalmem } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';

/** What the numbers depend on beside the code. */
export function machine(): string {
  const [first] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return [
    `Node ${process.versions.node}`,
    `TensorFlow.js ${version_core}`,
    `${first?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${gigabytes} GiB`,
    `${process.platform} ${process.arch}`,
  ].join(' · ');
}

/** Processes that were running or waiting, on average over the last minute. */
export const load = (): number => loadavg()[0] ?? Number.NaN;
