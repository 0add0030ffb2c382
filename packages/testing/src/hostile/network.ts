import { Socket } from 'node:net';

/** Refuses every connection until the returned function is called, which says what was tried, even if the error was caught. */
export function watchNetwork(): () => string[] {
  const tried: string[] = [];
  const refuse = (what: string): Error => {
    tried.push(`network call: ${what}`);
    return new Error(`the network is off in tests: ${what}`);
  };
  const { fetch } = globalThis;
  const { connect } = Socket.prototype;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return /^(data|blob):/.test(url) ? fetch(input, init) : Promise.reject(refuse(`fetch of ${url}`));
  };
  // Under http, https and everything else. It is overloaded; no form of it gets further than here.
  Socket.prototype.connect = (...args: unknown[]): never => {
    throw refuse(`connection to ${args.flat().map(address).join('')}`);
  };
  return () => {
    globalThis.fetch = fetch;
    Socket.prototype.connect = connect;
    return tried;
  };
}

function address(argument: unknown): string {
  if (typeof argument === 'string' || typeof argument === 'number') return String(argument);
  if (typeof argument !== 'object' || argument === null) return '';
  const { host, port, path }: { host?: unknown; port?: unknown; path?: unknown } = argument;
  return port === undefined ? String(path) : `${host ?? 'localhost'}:${port}`;
}
