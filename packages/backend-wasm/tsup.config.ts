import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Options } from 'tsup';
import { library } from '../../tsup.base';

const binaries = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

// `library` gives one set of options.
const options = library({ index: 'src/index.ts', 'simd-binary': 'src/simd-binary.ts' }) as Options;

const config: Options = {
  ...options,
  /** Puts TensorFlow.js's binaries beside the modules, and the one with SIMD into `simd-binary.js` as well. */
  async onSuccess() {
    for (const kind of ['', '-simd', '-threaded-simd']) {
      copyFileSync(`${binaries}/tfjs-backend-wasm${kind}.wasm`, `dist/tfjs-backend-wasm${kind}.wasm`);
    }
    const simd = readFileSync(`${binaries}/tfjs-backend-wasm-simd.wasm`).toString('base64');
    writeFileSync('dist/simd-binary.js', `export const simdBinary = "data:application/wasm;base64,${simd}";\n`);
  },
};

export default config;
