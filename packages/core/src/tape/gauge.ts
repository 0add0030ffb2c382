import { interior } from './engine';

/**
 * Tells how many bytes a recording holds at most, whatever else the engine holds meanwhile: the plan of batches follows
 * from it, and must not depend on what runs beside.
 *
 * Code that runs in one go is measured exactly, by what the engine holds. In the pauses of an asynchronous model others
 * may take and free what they like, so there all that the model made counts, as if it freed nothing.
 */
export interface Gauge {
  /** The most so far. */
  readonly most: number;
  /** Code begins that runs in one go. */
  begin(): void;
  /** Looks at what is held now. */
  measure(): void;
  /** The model made a tensor of this size. */
  made(bytes: number): void;
  /** The code that began has pauses. */
  pause(): void;
  /** The code is done; what it holds from here on goes with what comes next. */
  end(): void;
  /** Another recording is held beside this one. */
  join(other: Gauge): void;
  /** Held since the last `end`. */
  readonly held: number;
}

export function gauge(): Gauge {
  // Plain fields here and in what else is made for every recording: V8 keeps what a getter closes over until a full collection.
  const read = { most: 0, held: 0 };
  let total = 0;
  let start = interior().state.numBytes;
  let paused = false;
  const now = () => read.held + interior().state.numBytes - start;
  const reach = (bytes: number) => {
    read.most = Math.max(read.most, bytes);
  };
  return Object.assign(read, {
    begin() {
      start = interior().state.numBytes;
    },
    measure() {
      if (!paused) reach(now());
    },
    made(bytes: number) {
      total += bytes;
    },
    pause() {
      paused = true;
    },
    end() {
      read.held = paused ? total : now();
      paused = false;
      reach(read.held);
    },
    join(other: Gauge) {
      reach(read.held + other.most);
      read.held += other.held;
    },
  });
}
