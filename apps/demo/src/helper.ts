import { type Model, prepare } from '@vitrum/core';
import { ruleSets } from '@vitrum/gradient-methods';
import { serve } from '@vitrum/workers';
import { load } from './load';
import { type Helped, helperName } from './threads';

// Both ends of what threads are asked: who imports this module asks, and a thread of the name, which runs it, answers. So the
// threads are of the code that the page has fetched already.
if (self.name === helperName) serve(load, { ruleSets });

/** Starts threads that help with the model, each a worker of this one. Rejects if one of them does not start. */
export async function help(model: Model, threads: number): Promise<Helped> {
  // From a blob, as the worker of the page is, and for the same reason: so it is under the page's policy.
  const script = new Blob([`import ${JSON.stringify(import.meta.url)};`], { type: 'text/javascript' });
  const address = URL.createObjectURL(script);
  const start = () => {
    const worker = new Worker(address, { type: 'module', name: helperName });
    // What breaks down there ends there: an error that nobody takes goes on to this worker, and from it to the page.
    worker.addEventListener('error', (event) => event.preventDefault());
    return worker;
  };
  try {
    return { model: await prepare(model, { workers: { count: threads, load: start } }), threads };
  } finally {
    URL.revokeObjectURL(address);
  }
}
