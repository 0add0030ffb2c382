import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findChromium } from '@vitrum/testing/internal';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tried, Ways } from './browser-page';
import { bundleForBrowsers } from './bundle';

const executablePath = findChromium();
const binaries = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'),
);

describe.skipIf(!executablePath)('in Chromium', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrum-workers-'));
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await bundleForBrowsers({ page: 'browser-page.ts', worker: 'browser-worker.ts', late: 'browser-late.ts' }, folder);
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    page = await browser.newPage();
    // Nothing is served: what the page asks for is answered here.
    await page.route('http://vitrum.test/**', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/')
        return route.fulfill({ contentType: 'text/html', body: '<script type=module src=page.js></script>' });
      if (pathname.endsWith('.wasm')) return route.fulfill({ path: join(binaries, pathname) });
      if (/^\/(page|worker|late)\.js$/.test(pathname)) return route.fulfill({ path: join(folder, pathname) });
      return route.fulfill({ status: 404, body: 'nothing here' });
    });
    await page.goto('http://vitrum.test/');
    await page.waitForFunction(() => 'ways' in globalThis);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const explain = (way: keyof Ways): Promise<Tried> =>
    page.evaluate((name) => (globalThis as unknown as { ways: Ways }).ways[name](), way);

  test.each(['address', 'function'] as const)('web workers give the bits of the page, started by %s', async (way) => {
    const { same, rows, notes } = await explain(way);
    expect({ same, notes }).toEqual({ same: true, notes: [] });
    expect(rows).toBeLessThan(20);
  });

  test('a module that does not listen at once is waited for', async () => {
    const { same, notes } = await explain('late');
    expect({ same, notes }).toEqual({ same: true, notes: [] });
  });

  test('a module that is not there is an error', async () => {
    await expect(explain('missing')).rejects.toThrow(
      'workers of which one did not start (its module could not be loaded)',
    );
  });
});
