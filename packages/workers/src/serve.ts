import { dispose, getBackend } from '@tensorflow/tfjs-core';
import { type Delivery, type Model, type ModelLike, prepare, type TensorData } from '@vitrum/core';
import { type Helper, helperFor, tensorsOf } from '@vitrum/core/elsewhere';
import { expose, transfer } from 'comlink';
import { endpointHere, listening } from './thread';
import { buffersIn, type RuleSets, unpack, type WorkData } from './travel';

/** What a thread has loaded. */
export interface Loaded {
  /** The TF.js backend that the model is on. */
  readonly backend: string;
  /** Names of the backward rules that it knows. */
  readonly ruleSets: readonly string[];
}

export interface ServeOptions {
  /** Backward rules by name, such as the `ruleSets` of @vitrum/gradient-methods. @defaultValue none */
  readonly ruleSets?: RuleSets;
}

/** What a thread can be asked. */
export interface Service {
  /** Loads the model. */
  load(): Promise<Loaded>;
  /** @returns the number of the work, for what follows */
  begin(work: WorkData): number;
  rows(id: number, start: number, end: number, made?: readonly TensorData[]): Promise<Delivery>;
  end(id: number): void;
}

/**
 * Lets the thread that this module runs in help: evaluate rows of the model that `load` gives. The module of a worker calls
 * it before it awaits anything, as browsers lose messages that nobody listens to; `load` may take its time:
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
 * @throws AttributionError `option`, outside a worker
 */
export function serve(load: () => ModelLike | Promise<ModelLike>, { ruleSets = {} }: ServeOptions = {}): void {
  const endpoint = endpointHere();
  expose(serviceOf(load, ruleSets), endpoint);
  listening(endpoint);
}

function serviceOf(load: () => ModelLike | Promise<ModelLike>, ruleSets: RuleSets): Service {
  const begun = new Map<number, { readonly helper: Helper; end(): void }>();
  let model: Promise<Model> | undefined;
  let ready: Model | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let last = 0;
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
      return { backend: getBackend(), ruleSets: Object.keys(ruleSets) };
    },
    begin(data) {
      if (!ready) throw new Error('the model is not loaded yet');
      const { work, surroundings, tensors } = unpack(data, ruleSets);
      const helper = helperFor(ready, work, surroundings);
      const end = () => {
        helper.dispose();
        dispose(tensors);
      };
      begun.set(++last, { helper, end });
      return last;
    },
    rows: (id, start, end, made) =>
      inTurn(id, async (helper) => given(await helper.rows(start, end, made && tensorsOf(made)))),
    end(id) {
      const work = begun.get(id);
      begun.delete(id);
      queue = queue.then(() => work?.end()).catch(() => undefined);
    },
  };
}
