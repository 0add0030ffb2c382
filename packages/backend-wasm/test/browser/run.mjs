// Builds an application that uses the packed package, serves it in the ways people do, and lets Chromium (CHROMIUM_PATH) take a
// gradient.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { build, createServer, preview } from 'vite';
import { makeApplication } from './application.mjs';

const local = { host: '127.0.0.1', port: 0 };
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const copied = /\/assets\/tfjs-backend-wasm-simd.*\.wasm$/;

/** Ways to serve, and the address the binary must come from; `undefined` for none, since it is in a module. */
const ways = (application, config) => [
  { name: 'a production build', serve: () => preview({ ...config, preview: local }), binary: copied },
  {
    name: 'a production build in a cross-origin isolated page',
    serve: () => preview({ ...config, preview: { ...local, headers: isolation } }),
    binary: copied,
  },
  {
    name: 'the development server',
    serve: async () => (await createServer({ ...config, server: local })).listen(),
    binary: /tfjs-backend-wasm-simd\.wasm$/,
  },
  {
    name: 'a production build whose .wasm files were not copied',
    serve() {
      application.removeBinaries();
      return preview({ ...config, preview: local });
    },
    binary: undefined,
  },
];

async function outcomeAt(browser, url) {
  const page = await browser.newPage();
  const binaries = [];
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().endsWith('.wasm')) binaries.push(request.url());
  });
  page.on('pageerror', (error) => console.error(error));
  await page.goto(url);
  await page.waitForFunction(() => 'outcome' in window, undefined, { timeout: 60_000 });
  const outcome = await page.evaluate(() => window.outcome);
  await page.close();
  return { ...outcome, binaries };
}

function check({ error, backend, largest, difference, binaries }, binary) {
  assert.equal(error, undefined);
  assert.equal(backend, 'wasm');
  assert(largest > 0 && difference < 1e-4 * largest, `the gradient is off by ${difference} of ${largest}`);
  if (binary) assert.match(binaries.join(), binary);
  else assert.deepEqual(binaries, []);
}

const executablePath = process.env.CHROMIUM_PATH;
assert(executablePath, 'Set CHROMIUM_PATH: scripts/chromium.sh prints it.');
const application = makeApplication();
const config = { root: application.directory, configFile: false, logLevel: 'error' };
try {
  await build(config);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    for (const { name, serve, binary } of ways(application, config)) {
      const server = await serve();
      check(await outcomeAt(browser, `http://127.0.0.1:${server.httpServer.address().port}/`), binary);
      console.log(`ok: wasm() gives in ${name} the gradient that cpu gives`);
      await server.close();
    }
  } finally {
    await browser.close();
  }
} finally {
  application.remove();
}
