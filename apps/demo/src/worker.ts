import { explain, look, open } from './network';
import { type Calls, serve } from './protocol';

/** What the worker can be asked. */
export interface WorkerCalls extends Calls {
  readonly open: typeof open;
  readonly look: typeof look;
  readonly explain: typeof explain;
}

const calls: WorkerCalls = { open, look, explain };

// In a worker the global object is the port to its page.
serve(
  {
    postMessage: (message) => postMessage(message),
    addEventListener: (type, listener) => addEventListener(type, listener),
  },
  calls,
);
