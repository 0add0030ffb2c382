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
  let [held, most, total] = [0, 0, 0];
  let start = interior().state.numBytes;
  let paused = false;
  const now = () => held + interior().state.numBytes - start;
  const reach = (bytes: number) => {
    most = Math.max(most, bytes);
  };
  return {
    get most() {
      return most;
    },
    get held() {
      return held;
    },
    begin() {
      start = interior().state.numBytes;
    },
    measure() {
      if (!paused) reach(now());
    },
    made(bytes) {
      total += bytes;
    },
    pause() {
      paused = true;
    },
    end() {
      held = paused ? total : now();
      paused = false;
      reach(held);
    },
    join(other) {
      reach(held + other.most);
      held += other.held;
    },
  };
}
