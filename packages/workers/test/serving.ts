// What a thread of the tests runs.
import { workerData } from 'node:worker_threads';
import { env } from '@tensorflow/tfjs-core';
import { cpu } from '@vitrum/backend-cpu';
import { wasm } from '@vitrum/backend-wasm';
import { useBackend } from '@vitrum/core';
import { serve } from '../src/index';
import { another, network } from './model';

export interface Asked {
  readonly backend?: 'cpu' | 'wasm';
  /** Serves a model that answers otherwise. */
  readonly another?: boolean;
  /** Fails to load. */
  readonly fails?: boolean;
  /** Ends after so many passes. */
  readonly dies?: number;
}

const { backend, another: other, fails, dies = Number.POSITIVE_INFINITY }: Asked = workerData ?? {};
// No greeting.
env().set('IS_TEST', true);
let passes = 0;

serve(async () => {
  if (fails) throw new Error('the model is not there');
  await useBackend(backend === 'wasm' ? wasm() : cpu());
  if (other) return another;
  return (...inputs: Parameters<typeof network>) => {
    if (++passes > dies) process.exit(3);
    return network(...inputs);
  };
});
