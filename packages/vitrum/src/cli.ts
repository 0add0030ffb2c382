#!/usr/bin/env node
import { enableProdMode } from '@tensorflow/tfjs-core';
import { Cancelled, main } from './main';

// TF.js greets on stderr, and suggests another backend.
enableProdMode();
const controller = new AbortController();
const codes = { SIGINT: 130, SIGTERM: 143 } as const;
for (const [signal, code] of Object.entries(codes)) {
  process.on(signal, () => {
    // The second time there is no waiting for the pass that runs.
    if (controller.signal.aborted) process.exit(code);
    controller.abort(new Cancelled(signal, code));
  });
}
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // Who reads has seen enough, as with `head`.
  if (code === 'EPIPE') process.exit(0);
  process.stderr.write(
    `vitrum: Got ${code === 'ENOSPC' ? 'no space left' : message} on stdout; expected room for the result. Write it elsewhere.\n`,
  );
  process.exit(2);
});
process.exitCode = await main(process.argv.slice(2), controller.signal);
