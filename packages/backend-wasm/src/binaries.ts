import { env } from '@tensorflow/tfjs-core';
import { AttributionError } from '@vitrum/core';

/** The binary without SIMD, the one with, and the one with SIMD and threads: TF.js takes what the machine can run. */
export interface WasmPaths {
  readonly 'tfjs-backend-wasm.wasm': string;
  readonly 'tfjs-backend-wasm-simd.wasm': string;
  readonly 'tfjs-backend-wasm-threaded-simd.wasm': string;
}

/** Version of the binaries that the build puts beside this package's modules. */
export const binariesVersion = '4.22.0';

export interface Binaries {
  readonly paths: WasmPaths | string;
  /** Whether the threaded binary is among them. */
  readonly threaded: boolean;
}

/** Where the binaries are. In Node those of TF.js's own package; in browsers those that this package carries. */
export async function findBinaries(version: string): Promise<Binaries> {
  const folder = env().getBool('IS_NODE') ? folderInNode() : undefined;
  if (folder !== undefined) return { paths: folder, threaded: false };
  if (version !== binariesVersion) {
    throw new AttributionError('backend', {
      got: `@tensorflow/tfjs-backend-wasm ${version}`,
      expected: `${binariesVersion}, whose binaries this version of @vitrum/backend-wasm carries`,
      fix: `Install @tensorflow/tfjs-backend-wasm@${binariesVersion}, or serve the .wasm files of ${version} and say where: wasm({ paths }).`,
    });
  }
  const paths = pathsBesideModule();
  if (paths && (await isServed(paths['tfjs-backend-wasm-simd.wasm']))) return { paths, threaded: true };
  return { paths: await embedded(), threaded: false };
}

/** TF.js's own folder of binaries; `undefined` if it is not installed where this module runs, as in a bundle. */
function folderInNode(): string | undefined {
  // Not an import, which a bundler for browsers would try to follow.
  const { createRequire } = process.getBuiltinModule('node:module');
  try {
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    return main.slice(0, -'tf-backend-wasm.node.js'.length);
  } catch {
    return undefined;
  }
}

/** Bundlers know this form of `new URL`: they copy the file and put its final address here. Also right from the sources. */
function pathsBesideModule(): WasmPaths | undefined {
  try {
    return {
      'tfjs-backend-wasm.wasm': new URL('../dist/tfjs-backend-wasm.wasm', import.meta.url).href,
      'tfjs-backend-wasm-simd.wasm': new URL('../dist/tfjs-backend-wasm-simd.wasm', import.meta.url).href,
      'tfjs-backend-wasm-threaded-simd.wasm': new URL('../dist/tfjs-backend-wasm-threaded-simd.wasm', import.meta.url)
        .href,
    };
  } catch {
    return undefined; // a bundle that is not a module has no address
  }
}

/** Bundlers that do not copy files (esbuild, Vite's development server) leave an address where there is nothing, or a page. */
async function isServed(url: string): Promise<boolean> {
  try {
    const { ok, headers } = await fetch(url, { method: 'HEAD' });
    return ok && !headers.get('content-type')?.startsWith('text/');
  } catch {
    return false;
  }
}

async function embedded(): Promise<WasmPaths> {
  const { simdBinary } = await import('./simd-binary');
  if (simdBinary === undefined || !(await env().getAsync('WASM_HAS_SIMD_SUPPORT'))) {
    throw new AttributionError('backend', {
      got: 'no .wasm file of TensorFlow.js beside the modules of this page',
      expected: 'the files of @vitrum/backend-wasm/dist, or a browser with WebAssembly SIMD',
      fix: 'Serve the .wasm files of @tensorflow/tfjs-backend-wasm/dist and say where: wasm({ paths }).',
    });
  }
  return {
    'tfjs-backend-wasm.wasm': simdBinary,
    'tfjs-backend-wasm-simd.wasm': simdBinary,
    'tfjs-backend-wasm-threaded-simd.wasm': simdBinary,
  };
}
