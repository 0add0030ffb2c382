/** Either end of a `MessageChannel`, or a worker and what it sees of its page. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message' | 'messageerror', listener: (event: MessageEvent) => void): void;
}

interface Progress {
  readonly done: number;
  readonly total: number;
}

/** What goes with a request and stays on its side of the boundary. */
export interface Company {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What can be asked for, by name: the request and the result, both as data. */
export type Calls = Readonly<Record<string, (request: never, company: Required<Company>) => Promise<unknown>>>;

export type Ask<C extends Calls> = <Name extends keyof C & string>(
  name: Name,
  request: Parameters<C[Name]>[0],
  company?: Company,
) => ReturnType<C[Name]>;

type Up =
  | { readonly id: number; readonly name: string; readonly request: unknown }
  | { readonly id: number; readonly abort: true };
type Down =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } }
  | { readonly unread: true };

/**
 * Answers what comes through the port: one request, a stream of messages back, the last of which is a result or an error.
 * An abort on the other side aborts the signal here. What cannot be read says not which request it was: all that are under way fail.
 */
export function serve(port: Port, calls: Calls): void {
  const running = new Map<number, AbortController>();
  const send = (message: Down) => port.postMessage(message);
  const answer = async ({ id, name, request }: Extract<Up, { name: string }>): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const call = calls[name];
      if (!call) throw new Error(`There is no "${name}".`);
      // The type of `ask` holds the request to the call.
      const result = await call(request as never, {
        signal: controller.signal,
        onProgress: (progress) => send({ id, progress }),
      });
      send({ id, result });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      send({ id, error: { name: error.name, message: error.message } });
    } finally {
      running.delete(id);
    }
  };
  port.addEventListener('messageerror', () => send({ unread: true }));
  port.addEventListener('message', ({ data }: MessageEvent<Up>) => {
    if ('abort' in data) running.get(data.id)?.abort();
    else void answer(data);
  });
}

/** The other side of `serve`: calls what it answers as if it were here. `broken` rejects all that is under way, and all to come. */
export function connect<C extends Calls>(port: Port): { readonly ask: Ask<C>; broken(reason: Error): void } {
  interface Waiting extends Company {
    settle(message: Exclude<Down, { readonly unread: true }>): void;
    fail(error: Error): void;
  }
  const waiting = new Map<number, Waiting>();
  let ids = 0;
  let dead: Error | undefined;
  const send = (message: Up) => port.postMessage(message);
  const broken = (reason: Error): void => {
    dead = reason;
    for (const { fail } of waiting.values()) fail(reason);
  };
  const unread = () =>
    broken(new Error('A message to or from the computation could not be read. Reload the page to go on.'));
  port.addEventListener('messageerror', unread);
  port.addEventListener('message', ({ data }: MessageEvent<Down>) => {
    if ('unread' in data) return unread();
    const call = waiting.get(data.id);
    if ('progress' in data) call?.onProgress?.(data.progress);
    else call?.settle(data);
  });
  const ask = (name: string, request: unknown, company: Company = {}): Promise<unknown> => {
    const { signal } = company;
    const id = ids++;
    const stop = () => send({ id, abort: true });
    const asked = new Promise<unknown>((resolve, reject) => {
      signal?.throwIfAborted();
      if (dead) throw dead;
      waiting.set(id, {
        ...company,
        fail: reject,
        settle(message) {
          if ('result' in message) resolve(message.result);
          else if ('error' in message && signal?.aborted) reject(signal.reason);
          else if ('error' in message)
            reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
        },
      });
      signal?.addEventListener('abort', stop);
      send({ id, name, request });
    });
    return asked.finally(() => {
      waiting.delete(id);
      signal?.removeEventListener('abort', stop);
    });
  };
  return {
    ask: ask as Ask<C>, // what comes back is what the call of that name gave
    broken,
  };
}
