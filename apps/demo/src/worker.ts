import { explain, look, open } from './network';
import { type Calls, serve } from './protocol';
import { helperName } from './threads';

/** What the worker can be asked. */
export interface WorkerCalls extends Calls {
  readonly open: typeof open;
  readonly look: typeof look;
  readonly explain: typeof explain;
}

const calls: WorkerCalls = { open, look, explain };

// A thread that helps runs this module too if the code it needs is in one file with it; the page does not speak to it.
if (self.name !== helperName) answerPage();

function answerPage(): void {
  // In a worker the global object is the port to its page.
  serve(
    {
      postMessage: (message) => postMessage(message),
      addEventListener: (type, listener) => addEventListener(type, listener),
    },
    calls,
  );
}
