import { cpu } from '@vitrum/backend-cpu';
import { wasm } from '@vitrum/backend-wasm';
import { type Backend, useBackend } from '@vitrum/core';
import { wrong } from '../errors';
import { didYouMean } from '../registry';

interface Offered {
  readonly summary: string;
  open(): Backend | Promise<Backend>;
}

/** The backends that the command knows. */
export const backends: Readonly<Record<string, Offered>> = {
  wasm: { summary: 'WebAssembly: fast without native code', open: () => wasm() },
  cpu: { summary: 'plain JavaScript: has every kernel, slowly', open: () => cpu() },
  node: { summary: 'native TensorFlow: the fastest, an extra install', open: node },
};

/** Opens a backend by name. @throws AttributionError `backend` */
export async function openBackend(name: string): Promise<void> {
  const offered = Object.hasOwn(backends, name) ? backends[name] : undefined;
  const names = Object.keys(backends);
  if (!offered)
    throw wrong(
      'backend',
      `--backend "${name}"`,
      `one of ${names.join(', ')}`,
      didYouMean(name, names, 'Leave it out for wasm.'),
    );
  await useBackend(await offered.open());
}

/** An optional peer: it brings native code, which has to be built where it runs. */
async function node(): Promise<Backend> {
  try {
    return (await import('@vitrum/backend-node')).node();
  } catch (cause) {
    throw wrong(
      'backend',
      'backend "node" without the package @vitrum/backend-node',
      'it beside vitrum',
      'npm install @vitrum/backend-node @tensorflow/tfjs-node, or --backend wasm.',
      cause,
    );
  }
}
