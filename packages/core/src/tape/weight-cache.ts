import { type DataId, keep, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** Makes the transformed weight. Runs inside `tidy`. */
export type Transform = (weight: Tensor) => Tensor;

/** Keeps transformed weights. A class because it owns tensors. */
export interface WeightCache {
  /**
   * `transform(weight)`, kept under `name` for the next time. The caller must not dispose the result.
   *
   * Keyed by the data of the weight and its shape, not by the tensor: a Dense layer reshapes its kernel anew on every
   * call, and `setWeights` keeps the Variable but changes its data. Kept when it is seen in a second pass, so that a
   * matrix that is an activation, and so never comes again, is not.
   */
  of(weight: Tensor, name: string, transform: Transform): Tensor;
  /** Another pass of the model begins. Where nobody says so, every sight counts as one of another pass. */
  begin?(): void;
  /** Nothing is kept any more; `of` still gives what it is asked for. */
  dispose(): void;
  readonly disposed?: boolean;
}

interface Entry {
  seen: number;
  /** The pass in which it was seen last. */
  pass: number;
  tensor?: Tensor;
}

/** @param limit bytes of transformed weights to hold; the least recently used go first. */
export function weightCache(limit: number = 256 * 2 ** 20): WeightCache {
  const ids = new WeakMap<DataId, number>();
  const entries = new Map<string, Entry>();
  let held = 0;
  let nextId = 0;
  let pass = 0;

  const bytes = (t: Tensor) => t.size * 4;
  const drop = (key: string, entry: Entry) => {
    entries.delete(key);
    if (!entry.tensor) return;
    held -= bytes(entry.tensor);
    entry.tensor.dispose();
  };
  const keyOf = (weight: Tensor, name: string) => {
    let id = ids.get(weight.dataId);
    if (id === undefined) {
      id = nextId++;
      ids.set(weight.dataId, id);
    }
    return `${id}/${weight.shape}/${name}`;
  };
  const makeRoom = (newest: Entry) => {
    for (const [key, entry] of entries) {
      if (entry === newest || (held <= limit && entries.size <= 4096)) return;
      drop(key, entry);
    }
  };

  // `disposed` is a plain field, as in `gauge`.
  const cache = {
    disposed: false,
    of(weight: Tensor, name: string, transform: Transform) {
      const key = keyOf(weight, name);
      const entry = entries.get(key) ?? { seen: 0, pass: -1 };
      entries.delete(key);
      entries.set(key, entry);
      if (pass === 0 || entry.pass !== pass) entry.seen++;
      entry.pass = pass;
      if (entry.tensor) return entry.tensor;
      const made = tidy(() => transform(weight));
      if (entry.seen > 1 && !cache.disposed) {
        entry.tensor = keep(made);
        held += bytes(made);
      }
      makeRoom(entry);
      return made;
    },
    begin: () => void pass++,
    dispose() {
      cache.disposed = true;
      for (const [key, entry] of [...entries]) drop(key, entry);
    },
  };
  return cache;
}
