import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** The WebAssembly module of `assembly/`, which runs in the memory it is given. @throws Error with what the compiler said */
export async function compile(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const entry = fileURLToPath(new URL('../assembly/kernels.ts', import.meta.url));
  const options = ['--optimizeLevel', '3', '--runtime', 'stub', '--importMemory', '--noAssert', '--enable', 'simd'];
  const { error, stderr } = await asc.main([entry, '--outFile', 'kernels.wasm', ...options], {
    writeFile(_, contents) {
      if (typeof contents !== 'string') binary = contents;
    },
  });
  if (error || !binary) throw new Error(`${error?.message}\n${stderr.toString()}`);
  return binary;
}
