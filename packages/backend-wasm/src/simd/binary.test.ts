import { expect, test } from 'vitest';
import { compile } from '../../scripts/assembly';
import { binary } from './binary';

test('the module is what the sources in assembly/ compile to', async () => {
  const compiled = Buffer.from(await compile()).toString('base64');
  expect(compiled === binary, 'run `npm run compile` in packages/backend-wasm').toBe(true);
});

test('the module is small enough for any browser to compile without waiting', () => {
  expect(Buffer.from(binary, 'base64').byteLength).toBeLessThan(4096);
});
