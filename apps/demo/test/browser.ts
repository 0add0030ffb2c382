import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@vitrum/testing/internal';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Served, serveFolder } from '../scripts/server';

/** The Chromium to test in; `undefined` where there is none, which in CI is an error. */
export const executablePath: string | undefined = findChromium();

/** Where pictures of the page are kept, for people to look at. */
export const screenshots: string = fileURLToPath(new URL('../screenshots', import.meta.url));

/** The page as it is built now, served, and a browser. */
export interface Stage {
  readonly address: string;
  /** Opens the page. All its requests are written down, those of its worker too. */
  open(options?: BrowserContextOptions): Promise<Opened>;
  close(): Promise<void>;
}

/** A file as it went over the wire. */
interface Sent {
  readonly url: string;
  readonly bytes: number;
}

export interface Opened {
  readonly page: Page;
  readonly sent: readonly Sent[];
  readonly requests: string[];
  /** Uncaught errors and what the console was told of. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Builds the page from the sources, serves it and starts Chromium. */
export async function stage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'vitrum-demo-'));
  const root = fileURLToPath(new URL('..', import.meta.url));
  // As a program of its own, because what runs tests has told libraries that they are in development.
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  mkdirSync(screenshots, { recursive: true });
  const served: Served = await serveFolder(0, '127.0.0.1', folder);
  let sent: Sent[] = [];
  served.server.on('request', ({ method, url = '' }, response) =>
    response.on('finish', () => {
      if (method === 'GET') sent.push({ url, bytes: Number(response.getHeader('content-length') ?? 0) });
    }),
  );
  const browser: Browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox'],
  });
  return {
    address: served.address,
    async open(options = {}) {
      sent = [];
      const own = sent;
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      const [requests, complaints]: [string[], string[]] = [[], []];
      context.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        // Of what tests do to see what is drawn.
        if (message.text().includes('willReadFrequently')) return;
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      return { page, requests, complaints, sent: own, close: () => context.close() };
    },
    async close() {
      await browser.close();
      await served.close();
      rmSync(folder, { recursive: true });
    },
  };
}
