import { type Backend, useBackend } from '@vitrum/core';

/** How to get each backend's adapter; loaded only when it is asked for. */
const adapters = {
  cpu: async (): Promise<Backend> =>
    (await import('@vitrum/backend-cpu')).cpu?.() ?? {
      name: 'cpu',
      open: async () => void (await import('@tensorflow/tfjs-backend-cpu')),
    },
  wasm: async (): Promise<Backend> =>
    (await import('@vitrum/backend-wasm')).wasm?.() ?? {
      name: 'wasm',
      open: async () => void (await import('@tensorflow/tfjs-backend-wasm')),
    },
};

export const backendNames: readonly (keyof typeof adapters)[] = ['cpu', 'wasm'];

/** Opens a backend by name and makes it the one in use. */
export async function openBackend(name: string): Promise<void> {
  const known = backendNames.find((backend) => backend === name);
  if (!known) throw new Error(`unknown backend "${name}"; there are ${backendNames.join(', ')}`);
  await useBackend(await adapters[known]());
}
