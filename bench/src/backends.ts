import { cpu } from '@vitrum/backend-cpu';
import { wasm } from '@vitrum/backend-wasm';
import { type Backend, useBackend } from '@vitrum/core';

export type BackendName = 'cpu' | 'wasm' | 'node';

/** Opens a backend; gives the reason if it is not here. */
export async function openBackend(name: BackendName): Promise<string | undefined> {
  const backend = name === 'node' ? await loadNode() : { cpu, wasm }[name]();
  if (typeof backend === 'string') return backend;
  await useBackend(backend);
  return undefined;
}

/** Needs TensorFlow's native library, which not every machine has. */
async function loadNode(): Promise<Backend | string> {
  const name = '@vitrum/backend-node';
  try {
    const { node }: { node: () => Backend } = await import(name);
    return node();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'not installed';
    throw error;
  }
}
