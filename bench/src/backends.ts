import { cpu } from '@vitrum/backend-cpu';
import { node } from '@vitrum/backend-node';
import { wasm } from '@vitrum/backend-wasm';
import { AttributionError, type Backend, useBackend } from '@vitrum/core';

const adapters: Readonly<Record<'cpu' | 'wasm' | 'node', () => Backend>> = { cpu, wasm, node };
export type BackendName = keyof typeof adapters;

/** Opens a backend; gives the reason if it is not here: node needs TensorFlow's native library, which not every machine has. */
export async function openBackend(name: BackendName): Promise<string | undefined> {
  try {
    await useBackend(adapters[name]());
    return undefined;
  } catch (error) {
    if (name === 'node' && error instanceof AttributionError) return 'not installed';
    throw error;
  }
}
