import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

/** A server of the built page: files alone, compressed where there is a compressed copy. */
export interface Served {
  readonly address: string;
  readonly server: Server;
  close(): Promise<void>;
}

/**
 * Serves a folder with the built page.
 * @param port 0 for any that is free
 * @param folder @defaultValue `dist` of this application
 */
export async function serveFolder(
  port: number,
  host = 'localhost',
  folder: string = fileURLToPath(new URL('../dist', import.meta.url)),
): Promise<Served> {
  const files = sirv(folder, { brotli: true, gzip: true, etag: true });
  const server = createServer((request, response) => {
    files(request, response, () => {
      response.statusCode = 404;
      response.end('There is no such file.');
    });
  });
  await listening(server, port, host);
  const { port: taken } = server.address() as AddressInfo; // it listens on a port
  return {
    address: `http://${host}:${taken}/`,
    server,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

const listening = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
