import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AttributionError } from '@vitrum/core';
import { describe, expect, test } from 'vitest';
import { openingError } from './opening-error';

const importing = `
try { await import('@tensorflow/tfjs-node'); }
catch ({ code, message }) { console.log(JSON.stringify({ code, message })); }`;

const withoutAddon = `
import fs from 'node:fs';
const { existsSync } = fs;
fs.existsSync = (path) => !String(path).endsWith('tfjs_binding.node') && existsSync(path);`;

/** Our error for what an import of tfjs-node rejects with, in a folder, after `before`. */
async function failure(cwd: string, before = ''): Promise<AttributionError> {
  // Without NODE_PATH, by which a package manager lets its programs find more than is installed.
  const { NODE_PATH: _, ...env } = process.env;
  const program = ['--input-type=module', '--eval', before + importing];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd, env });
  const { code, message }: { code?: string; message: string } = JSON.parse(stdout);
  return openingError(Object.assign(new Error(message), { code }));
}

describe('an error that says what to do', () => {
  test('comes where tfjs-node is not installed', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'backend-node-'));
    const error = await failure(empty);
    await rm(empty, { recursive: true });
    expect(error).toBeInstanceOf(AttributionError);
    expect(error.code).toBe('backend');
    expect(error.message).toMatch(/^Got no @tensorflow\/tfjs-node .*npm install @tensorflow\/tfjs-node,/);
  });

  test('comes where its addon is not built', async () => {
    const error = await failure(fileURLToPath(new URL('..', import.meta.url)), withoutAddon);
    expect(error.code).toBe('backend');
    expect(error.message).toMatch(
      /^Got @tensorflow\/tfjs-node without its native addon.*npm rebuild .*build-addon\.sh/,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('comes with the reason where the addon cannot be loaded', () => {
    const error = openingError(new Error('libtensorflow.so.2: cannot open shared object file\nmore'));
    expect(error.message).toMatch(/loaded \(libtensorflow\.so\.2: cannot open shared object file\); expected/);
  });
});
