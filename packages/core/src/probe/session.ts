import { type Backend, currentBackend } from '../backend';
import type { Container } from '../inputs';
import type { Model } from '../model/model';
import type { Turn } from '../tape/turns';
import { noteMixing } from './alone';

/** What all queries of one call share: model, backend, limits, counters. */
export interface Session {
  readonly model: Model;
  /** The inputs of the call: their names, if they have any, their context and how they go together. */
  readonly container: Container;
  readonly backend: Backend;
  readonly batchSize: number | 'auto';
  readonly memory: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { done: number; total: number }) => void;
  readonly cost: { forward: number; backward: number };
  readonly progress: { done: number; total: number };
  readonly notes: Set<string>;
  /** Shapes of a row of each tensor at the sites seen so far, by key. */
  readonly shapes: Map<string, readonly (readonly number[])[]>;
  /** The pass inside whose model the call was made, if it was. */
  readonly calledIn?: Turn;
  /** Look at every number on the way, and report the first that is not finite. @defaultValue false */
  readonly inspect?: boolean;
  readonly rowwise: Rowwise;
  /** The cuts of the model that the call uses, by site and outputs. */
  readonly cuts: Map<string, CutState>;
  /** Of the copies of the model elsewhere: whether they are known to be the same, and whether the call goes on without them. */
  readonly away: { known: boolean; off: boolean };
}

/** Whether it is known that rows answer together as alone, and whether they do not. */
interface Rowwise {
  checked: boolean;
  mixed: boolean;
}

/** What a call knows of rows that go on from a cut: in the next, weights and layers may be others. */
export interface CutState {
  /** Whether one of them was compared with a whole pass. */
  known?: boolean;
  /** Whether they answer as a whole pass does; `undefined` before several were compared. */
  sound?: boolean | undefined;
}

/** What is known of prepared models, which are asked again and again. */
const known = new WeakMap<Model, Rowwise>();

/** Takes it as known that the rows of this model do not depend on each other. */
export const trustRows = (model: Model): void => void known.set(model, { checked: true, mixed: false });

export interface SessionOptions {
  readonly batchSize?: number | 'auto';
  readonly memory?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

/**
 * @param inside the pass inside whose model the call was made, if it was
 * @param remember whether what this call finds of the model's rows holds for the next: a target that is a function may
 *   itself mix them
 */
export function openSession(
  model: Model,
  container: Container,
  options: SessionOptions,
  { inside, remember = false }: { readonly inside?: Turn | undefined; readonly remember?: boolean } = {},
): Session {
  const backend = currentBackend();
  const rowwise = (remember && known.get(model)) || { checked: false, mixed: false };
  if (remember) known.set(model, rowwise);
  const notes = new Set<string>(
    model.random?.map((what) => `The model draws at random in ${what}: another call may give other values.`),
  );
  if (rowwise.mixed) noteMixing({ notes });
  const { batchSize = 'auto', memory = 512 * 2 ** 20, signal, onProgress } = options;
  return {
    model,
    container,
    backend,
    batchSize,
    memory,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
    cost: { forward: 0, backward: 0 },
    progress: { done: 0, total: 0 },
    notes,
    shapes: new Map(),
    ...(inside && { calledIn: inside }),
    rowwise,
    cuts: new Map(),
    away: { known: false, off: false },
  };
}

/** The same call, once more, to find out what went wrong in it. */
export function inspecting({ onProgress: _, ...session }: Session): Session {
  return { ...session, inspect: true };
}

/** Counts evaluated rows and tells the caller. */
export function advance({ progress, onProgress }: Session, rows: number): void {
  progress.done += rows;
  onProgress?.({ ...progress });
}
