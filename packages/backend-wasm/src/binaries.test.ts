import { createRequire } from 'node:module';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { env } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { binariesVersion, findBinaries } from './binaries';

const require = createRequire(import.meta.url);

describe('findBinaries', () => {
  const inNode = env().getBool('IS_NODE');
  afterEach(() => {
    env().set('IS_NODE', inNode);
    vi.unstubAllGlobals();
  });
  const inBrowser = (answer: () => Response) => {
    env().set('IS_NODE', false);
    vi.stubGlobal('fetch', async () => answer());
  };

  it('carries the binaries of the version it names', () => {
    expect(binariesVersion).toBe(version_wasm);
  });

  it('takes those of the installed package in Node', async () => {
    const { paths, threaded } = await findBinaries('5.0.0');
    expect(require.resolve(`${paths}tfjs-backend-wasm-simd.wasm`)).toContain('@tensorflow/tfjs-backend-wasm/dist/');
    expect(threaded).toBe(false);
  });

  it('takes those beside the module in a browser that can fetch them', async () => {
    inBrowser(() => new Response('', { headers: { 'content-type': 'application/wasm' } }));
    const { paths, threaded } = await findBinaries(binariesVersion);
    expect(paths).toMatchObject({ 'tfjs-backend-wasm-simd.wasm': expect.stringMatching(/dist\/.*-simd\.wasm$/) });
    expect(threaded).toBe(true);
  });

  it('says in a browser which version it was made for when TensorFlow.js has another', async () => {
    inBrowser(() => new Response(''));
    await expect(findBinaries('4.99.0')).rejects.toThrow(/4\.99\.0.*4\.22\.0.*wasm\(\{ paths \}\)/);
  });

  it.each([
    ['a page', () => new Response('', { headers: { 'content-type': 'text/html' } })],
    ['nothing', () => new Response('', { status: 404 })],
  ])('does not take %s for a binary, and says what to do when it has none within itself', async (_, answer) => {
    inBrowser(answer);
    await expect(findBinaries(binariesVersion)).rejects.toThrow(/no \.wasm file.*wasm\(\{ paths \}\)/);
  });
});
