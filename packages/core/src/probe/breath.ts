/** Milliseconds of work after which others have a turn. */
const patience = 50;

/** When others last had one. */
let last = Number.NEGATIVE_INFINITY;

/**
 * Lets messages, clicks, timers and frames have a turn, if it is a while since they had one. A backend that computes where it
 * is called answers within one task, so that without this neither an abort would be heard nor progress seen before the end.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - last < patience) return;
  await turn();
  last = performance.now();
}

/** By a message, as timers of a page in the background are held back, up to a minute each. React Native has timers alone. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof MessageChannel === 'undefined') {
      setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
