import { AttributionError } from '../errors';

/** One pass of a model that has the engine to itself. */
export interface Turn {
  /** Whether it waits for a promise of its model. */
  waits: boolean;
}

/** Seconds without a single kernel after which a model that others wait for is taken to wait for them. */
const patience = 30;

let queue: Promise<unknown> = Promise.resolve();
let length = 0;
let current: Turn | undefined;
let inside = false;
let kernels = 0;

/** Runs passes one after the other: two recordings at once would record each other's kernels. */
export function exclusively<T>(run: () => Promise<T>, calledIn?: Turn): Promise<T> {
  if (calledIn?.waits) return Promise.reject(fromInside('called inside a model'));
  return new Promise<T>((resolve, reject) => {
    let gone = false;
    const stop =
      length > 0
        ? whenStuck(() => {
            gone = true;
            reject(fromInside(`waiting for a model that has done nothing for ${patience} seconds`));
          })
        : () => {};
    const turn: Turn = { waits: false };
    const take = async () => {
      stop();
      if (gone) return;
      current = turn;
      try {
        resolve(await run());
      } catch (error) {
        reject(error);
      } finally {
        current = undefined;
      }
    };
    length++;
    queue = queue.then(take).finally(() => length--);
  });
}

/** Runs a model's own code, and knows until it returns that what it calls is called inside it. */
export function insideModel<T>(run: () => T): T {
  inside = true;
  try {
    return run();
  } finally {
    inside = false;
  }
}

/** The turn inside whose model this is called, as far as that can be seen: up to the model's first `await`. */
export const calledIn = (): Turn | undefined => (inside ? current : undefined);

/** Waits for what a model promised. */
export async function waitForModel<T>(promise: Promise<T>): Promise<T> {
  const turn = current;
  if (turn) turn.waits = true;
  try {
    return await promise;
  } finally {
    if (turn) turn.waits = false;
  }
}

/** Says that the model ran a kernel. */
export const kernelRan = (): void => void kernels++;

/** Calls `then` once the current turn's model has kept others waiting without running a kernel. Returns the calling off. */
function whenStuck(then: () => void): () => void {
  let idle = 0;
  let before = kernels;
  // Single seconds are counted, so that a thread that was blocked for long is not taken for a model that waits.
  const tick = () => {
    idle = current?.waits && kernels === before ? idle + 1 : 0;
    before = kernels;
    if (idle < patience) timer = setTimeout(tick, 1000);
    else then();
  };
  let timer = setTimeout(tick, 1000);
  return () => clearTimeout(timer);
}

function fromInside(how: string): AttributionError {
  return new AttributionError('reentrant', {
    got: `an attribution ${how}`,
    expected: 'models that do not wait for attributions, since one model is recorded at a time',
    fix: 'Call attribute() before or after the model, not in it; if the model waits for something else, let it wait for less than that.',
  });
}
