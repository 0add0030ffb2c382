import { AttributionError, type Thread } from '@vitrum/core';
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
    worker.addEventListener('error', (event) => {
      event.preventDefault(); // it is heard: it need not go on to whoever started this thread
      reject(new Error(event.message || 'its module could not be loaded'));
    });
    worker.addEventListener('messageerror', () => reject(new Error('a thread sent what cannot be read')));
  });
  ended.catch(() => undefined); // whoever waits is told
  return {
    endpoint: worker,
    ended,
    busy: () => undefined,
    terminate() {
      worker.terminate();
      stop(new Error('the threads were ended'));
    },
  };
}

function nodeThread(worker: NodeThread): Running {
  const ended = new Promise<never>((_, reject) => {
    worker.on('error', reject);
    worker.on('messageerror', reject);
    worker.on('exit', (code) => reject(new Error(`a thread ended with code ${code}`)));
  });
  ended.catch(() => undefined); // whoever waits is told
  return {
    endpoint: nodeEndpoint(worker),
    ended,
    busy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

/** Where a module that a thread runs listens. @throws AttributionError `option`, outside a worker */
export function endpointHere(): Endpoint {
  const port = nodeThreads()?.parentPort;
  if (port) return nodeEndpoint(port);
  // In a web worker the global object is the port.
  if ('WorkerGlobalScope' in globalThis) return globalThis as unknown as Endpoint;
  throw new AttributionError('option', {
    got: 'serve() outside a worker',
    expected: 'it in the module that a worker runs',
    fix: 'Give that module to prepare(model, { workers: { count, load } }).',
  });
}

const [asking, answering] = ['vitrum: do you listen?', 'vitrum: listening'];

/** Says that this end listens, now and whenever it is asked. */
export function listening(endpoint: Endpoint): void {
  const answer = () => endpoint.postMessage(answering);
  endpoint.addEventListener('message', (event) => {
    if ((event as MessageEvent).data === asking) answer();
  });
  answer();
}

/** Resolves once the other end listens, which it may have done for long. */
export function listens(endpoint: Endpoint): Promise<void> {
  return new Promise((resolve) => {
    const hear = (event: Event) => {
      if ((event as MessageEvent).data !== answering) return;
      endpoint.removeEventListener('message', hear);
      resolve();
    };
    endpoint.addEventListener('message', hear);
    endpoint.postMessage(asking);
  });
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
