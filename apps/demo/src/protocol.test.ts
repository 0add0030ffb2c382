import { afterEach, expect, test } from 'vitest';
import { type Ask, type Company, connect, type Port, serve } from './protocol';

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const calls = {
  double: async (x: number) => 2 * x,
  count: async (to: number, { onProgress }: Required<Company>) => {
    for (let done = 1; done <= to; done++) onProgress({ done, total: to });
    return 'counted';
  },
  fail: async (message: string): Promise<never> => {
    throw new RangeError(message);
  },
  wait: async (_: null, { signal }: Required<Company>) => aborted(signal),
};

let close = () => {};
afterEach(() => close());

/** Both ends of one boundary. */
function boundary(): { ask: Ask<typeof calls>; broken(reason: Error): void } {
  const { port1, port2 } = new MessageChannel();
  for (const port of [port1, port2]) port.start();
  close = () => port1.close();
  serve(port1, calls);
  return connect<typeof calls>(port2);
}

test('gives on one side of the boundary what the call gives on the other, whatever else is asked meanwhile', async () => {
  const { ask } = boundary();
  const answers = await Promise.all([1, 2, 3].map((x) => ask('double', x)));
  expect(answers).toEqual([2, 4, 6]);
});

test('tells progress in its order, before the result', async () => {
  const { ask } = boundary();
  const seen: number[] = [];
  await expect(ask('count', 3, { onProgress: ({ done }) => seen.push(done) })).resolves.toBe('counted');
  expect(seen).toEqual([1, 2, 3]);
});

test('an error keeps its name and words', async () => {
  const { ask } = boundary();
  await expect(ask('fail', 'too much')).rejects.toMatchObject({ name: 'RangeError', message: 'too much' });
});

test('an abort reaches the other side, and the call rejects with its reason', async () => {
  const { ask } = boundary();
  const controller = new AbortController();
  const asked = ask('wait', null, { signal: controller.signal });
  const reason = new Error('enough');
  setTimeout(() => controller.abort(reason), 5);
  await expect(asked).rejects.toBe(reason);
});

test('what is aborted before it is asked never crosses', async () => {
  const { ask } = boundary();
  const reason = new Error('never mind');
  await expect(ask('wait', null, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('when the other side breaks, what waits fails with it, and so does what is asked later', async () => {
  const { ask, broken } = boundary();
  const waiting = ask('wait', null);
  const reason = new Error('out of memory');
  broken(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(ask('double', 1)).rejects.toBe(reason);
});

/** Two ends whose messages arrive or, while `garbled`, cannot be read, as when there is no memory left to unpack them. */
function fragile() {
  const ends = [new EventTarget(), new EventTarget()] as const;
  const state = { garbled: false };
  const port = (own: EventTarget, other: EventTarget): Port => ({
    addEventListener: (type, listener) => own.addEventListener(type, listener as EventListener), // its events are messages
    postMessage: (data) =>
      other.dispatchEvent(state.garbled ? new Event('messageerror') : new MessageEvent('message', { data })),
  });
  const [near, far] = [port(ends[0], ends[1]), port(ends[1], ends[0])];
  serve(far, calls);
  return { ...connect<typeof calls>(near), state };
}

test('a result that cannot be read fails what waits, and what is asked later', async () => {
  const { ask, state } = fragile();
  const waiting = ask('double', 1);
  state.garbled = true;
  await expect(waiting).rejects.toThrow(/could not be read. Reload the page/);
  state.garbled = false;
  await expect(ask('double', 1)).rejects.toThrow(/could not be read/);
});

test('a request that cannot be read fails what waits, as nobody knows which it was', async () => {
  const { ask, state } = fragile();
  const waiting = ask('wait', null);
  state.garbled = true;
  const lost = ask('wait', null);
  state.garbled = false;
  await expect(lost).rejects.toThrow(/could not be read/);
  await expect(waiting).rejects.toThrow(/could not be read/);
});
