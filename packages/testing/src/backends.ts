import { type Backend, useBackend } from '@vitrum/core';
import { type BackendName, backendNames } from './backends-here';

/** How to get each backend's adapter; loaded only when it is asked for. */
const adapters: Readonly<Record<BackendName, () => Promise<Backend>>> = {
  cpu: async () => (await import('@vitrum/backend-cpu')).cpu(),
  wasm: async () => (await import('@vitrum/backend-wasm')).wasm(),
  node: async () => (await import('@vitrum/backend-node')).node(),
};

/** Opens a backend by name, makes it the one in use and gives its adapter. */
export async function openBackend(name: string): Promise<Backend> {
  const known = backendNames.find((backend) => backend === name);
  if (!known) throw new Error(`unknown backend "${name}"; there are ${backendNames.join(', ')}`);
  const backend = await adapters[known]();
  await useBackend(backend);
  return backend;
}
