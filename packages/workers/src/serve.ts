import { dispose, getBackend } from '@tensorflow/tfjs-core';
import {
  type Delivery,
  type Helper,
  helperFor,
  type Model,
  type ModelLike,
  prepare,
  type TensorData,
  tensorsOf,
} from '@vitrum/core';
import { expose, transfer } from 'comlink';
import { endpointHere } from './thread';
import { buffersIn, unpack, type WorkData } from './travel';

/** What a thread can be asked. */
export interface Service {
  /** Loads the model. @returns the TF.js backend that it is on */
  load(): Promise<string>;
  begin(id: number, work: WorkData): void;
  outputs(id: number, row: number, made?: readonly TensorData[]): Promise<TensorData[]>;
  rows(id: number, start: number, end: number, made?: readonly TensorData[]): Promise<Delivery>;
  end(id: number): void;
}

/**
 * Lets the thread that this module runs in help: evaluate rows of the model that `load` gives. The last thing that the
 * module of a worker does, after it has chosen the backend:
 *
 * @example
 * import { useBackend } from '@vitrum/core';
 * import { wasm } from '@vitrum/backend-wasm';
 * import { serve } from '@vitrum/workers';
 *
 * serve(async () => {
 *   await useBackend(wasm());
 *   return tf.loadGraphModel(url);
 * });
 *
 * @param load gives the model that `prepare` was given, on the same TF.js backend. Called once.
 */
export function serve(load: () => ModelLike | Promise<ModelLike>): void {
  expose(serviceOf(load), endpointHere());
}

function serviceOf(load: () => ModelLike | Promise<ModelLike>): Service {
  const begun = new Map<number, { readonly helper: Helper; end(): void }>();
  let model: Promise<Model> | undefined;
  let ready: Model | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  /** One thing after the other, as rows go on from what those before have left; nothing for a work that has ended. */
  const inTurn = <T>(id: number, run: (helper: Helper) => Promise<T>): Promise<T> => {
    const result = queue.then(() => {
      const work = begun.get(id);
      if (!work) throw new Error('nobody waits for it any more');
      return run(work.helper);
    });
    queue = result.catch(() => undefined);
    return result;
  };
  const given = <T extends object>(answer: T): T => transfer(answer, buffersIn(answer));
  return {
    async load() {
      model ??= Promise.resolve(load()).then(prepare);
      ready = await model;
      return getBackend();
    },
    begin(id, data) {
      if (!ready) throw new Error('the model is not loaded yet');
      const { work, surroundings, tensors } = unpack(data);
      const helper = helperFor(ready, work, surroundings);
      const end = () => {
        helper.dispose();
        dispose(tensors);
      };
      begun.set(id, { helper, end });
    },
    outputs: (id, row, made) => inTurn(id, async (helper) => given(await helper.outputs(row, made && tensorsOf(made)))),
    rows: (id, start, end, made) =>
      inTurn(id, async (helper) => given(await helper.rows(start, end, made && tensorsOf(made)))),
    end(id) {
      const work = begun.get(id);
      begun.delete(id);
      queue = queue.then(() => work?.end());
    },
  };
}
