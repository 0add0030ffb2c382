// What a page of the tests runs.
import { wasm } from '@vitrum/backend-wasm';
import { attribute, prepare, useBackend } from '@vitrum/core';
import { integratedGradients } from '@vitrum/gradient-methods';
import '../src/index';
import { network, numbers } from './model';

let rows = 0;
const counting: typeof network = (picture) => {
  rows += picture.shape[0] ?? 0;
  return network(picture);
};

/** Explains with web workers and without. */
async function explain(load: URL | (() => Worker)) {
  await useBackend(wasm({ paths: '/' }));
  using model = await prepare(counting, { workers: { count: 2, load } });
  const options = { method: integratedGradients({ steps: 50 }), target: 1 };
  const x = numbers([3, 9, 9, 2], 11);
  const alone = await attribute(network, x, options);
  rows = 0;
  const helped = await attribute(model, x, options);
  const [a, b] = [await alone.values.data(), await helped.values.data()];
  return { same: a.every((value, i) => value === b[i]), rows, notes: helped.notes };
}

const address = new URL('/worker.js', location.href);

export interface Tried {
  readonly same: boolean;
  readonly rows: number;
  readonly notes: readonly string[];
}
export type Ways = Readonly<Record<'address' | 'function' | 'late' | 'missing', () => Promise<Tried>>>;

const ways: Ways = {
  address: () => explain(address),
  function: () => explain(() => new Worker(address, { type: 'module' })),
  late: () => explain(new URL('/late.js', location.href)),
  missing: () => explain(new URL('/nowhere.js', location.href)),
};
Object.assign(globalThis, { ways });
