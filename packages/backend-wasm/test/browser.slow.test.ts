import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@vitrum/testing/internal';
import { expect, test } from 'vitest';

const executablePath = findChromium();
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test.skipIf(!executablePath)('the packed package finds its binaries in Chromium, however it is served', () => {
  execFileSync(process.execPath, [here('../../../scripts/build.mjs'), '@vitrum/backend-wasm'], {
    cwd: here('../../..'),
    env: environment,
  });
  // As a program of its own, because what runs tests has told libraries that they are in development.
  const said = execFileSync(process.execPath, [here('browser/run.mjs')], { env: environment, encoding: 'utf8' });
  expect(said.trim().split('\n')).toEqual([
    'ok: wasm() gives in a production build the gradient that cpu gives',
    'ok: wasm() gives in a production build in a cross-origin isolated page the gradient that cpu gives',
    'ok: wasm() gives in the development server the gradient that cpu gives',
    'ok: wasm() gives in a production build whose .wasm files were not copied the gradient that cpu gives',
  ]);
});

const environment = { ...process.env, NODE_ENV: 'production', CHROMIUM_PATH: executablePath };
