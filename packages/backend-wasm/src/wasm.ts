import { env } from '@tensorflow/tfjs-core';
import { type Backend, defineBackend } from '@vitrum/core';
import { findBinaries, type WasmPaths } from './binaries';
import { wasmGradients } from './gradients';

export interface WasmOptions {
  /**
   * Where the .wasm files of `@tensorflow/tfjs-backend-wasm` are: the folder, ending in `/`, or the address of each.
   * @defaultValue found without your help, in Node and through bundlers
   */
  readonly paths?: string | WasmPaths;
  /**
   * Most threads, in a page that is cross-origin isolated; elsewhere there is always one. More than one needs a bundle
   * whose TF.js code is not minified: TF.js hands its threads source text that minifying breaks.
   * @defaultValue 1
   */
  readonly threads?: number;
}

/** WebAssembly with SIMD: the fastest backend without a GPU or native code, in Node and in browsers alike. */
export function wasm({ paths, threads = 1 }: WasmOptions = {}): Backend {
  return defineBackend({
    name: 'wasm',
    kernels: wasmGradients,
    async open() {
      const { setThreadsCount, setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
      const binaries = paths === undefined ? await findBinaries(version_wasm) : { paths, threaded: true };
      setWasmPaths(typeof binaries.paths === 'string' ? binaries.paths : { ...binaries.paths });
      if (threads > 1 && binaries.threaded) setThreadsCount(threads);
      else env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    },
  });
}
