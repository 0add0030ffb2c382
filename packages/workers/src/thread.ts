import type { Thread } from '@vitrum/core';
import type { Endpoint } from 'comlink';

/** What is used of `node:worker_threads`. */
type NodeThreads = typeof import('node:worker_threads');
type NodeThread = InstanceType<NodeThreads['Worker']>;
type NodePort = NonNullable<NodeThreads['parentPort']>;

/** Node's threads, where this runs on Node. Not imported, so that bundlers for browsers have nothing to look for. */
const nodeThreads = (): NodeThreads | undefined =>
  typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:worker_threads');

/** A thread that runs, and how to speak to it. */
export interface Running {
  readonly endpoint: Endpoint;
  /** Rejects when the thread has ended or could not start. Never resolves. */
  readonly ended: Promise<never>;
  /** Whether it is to keep the process alive, as it does work that somebody waits for. */
  busy(busy: boolean): void;
  terminate(): void;
}

/** Starts a thread that runs the module at `load`, or that `load` makes. */
export function start(load: URL | (() => Thread)): Running {
  const threads = nodeThreads();
  const thread = typeof load === 'function' ? load() : threads ? new threads.Worker(load) : webWorker(load);
  return 'on' in thread ? nodeThread(thread as NodeThread) : webThread(thread as Worker); // which it then is
}

function webWorker(url: URL): Worker {
  if (typeof Worker !== 'undefined') return new Worker(url, { type: 'module' });
  throw new Error('there are no threads here');
}

function webThread(worker: Worker): Running {
  let stop = (_: Error) => {};
  const ended = new Promise<never>((_, reject) => {
    stop = reject;
    // The error of a module that cannot be loaded says nothing.
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'its module could not be loaded')));
    worker.addEventListener('messageerror', () => reject(new Error('it sent what cannot be read')));
  });
  return {
    endpoint: worker,
    ended,
    busy: () => undefined,
    terminate() {
      worker.terminate();
      stop(new Error('it was ended'));
    },
  };
}

function nodeThread(worker: NodeThread): Running {
  const ended = new Promise<never>((_, reject) => {
    worker.on('error', reject);
    worker.on('messageerror', reject);
    worker.on('exit', (code) => reject(new Error(`it ended with code ${code}`)));
  });
  return {
    endpoint: nodeEndpoint(worker),
    ended,
    busy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

/** Where a module that a thread runs listens. */
export function endpointHere(): Endpoint {
  const port = nodeThreads()?.parentPort;
  if (port) return nodeEndpoint(port);
  // In a web worker the global object is the port.
  return globalThis as unknown as Endpoint;
}

/** Node's ports emit messages; comlink listens to events. */
function nodeEndpoint(port: NodeThread | NodePort): Endpoint {
  const listeners = new WeakMap<object, (data: unknown) => void>();
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer as ArrayBuffer[]), // nothing else is transferred
    addEventListener(type, listener) {
      const hear = (data: unknown) => {
        const event = { data } as MessageEvent; // all that is looked at
        if ('handleEvent' in listener) listener.handleEvent(event);
        else listener(event);
      };
      listeners.set(listener, hear);
      port.on(type, hear);
    },
    removeEventListener(type, listener) {
      const hear = listeners.get(listener);
      if (hear) port.off(type, hear);
    },
  };
}
