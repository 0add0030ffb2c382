import { engine, getKernel, setBackend } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import type { GradientTable } from './gradients/rule';

/** Opens a TF.js backend and carries the gradient rules that are right and fast there. */
export interface Backend {
  /** The name under which TF.js registers it. */
  readonly name: string;
  /** Imports and sets up the TF.js backend; `useBackend` selects it afterwards. */
  open(): Promise<void>;
  /** Gradient rules laid over core's own. @defaultValue {} */
  readonly kernels?: GradientTable;
  /** Model rows at once from which more do not make this backend faster. @defaultValue 8 */
  readonly rows?: number;
}

const adapters = new Map<string, Backend>();

/** Declares a backend. A value, so that backends are swapped like any other argument. */
export function defineBackend(backend: Backend): Backend {
  return backend;
}

/**
 * Opens `backend` and makes it the one TF.js runs on.
 * @throws AttributionError `backend`, if it cannot be opened here or does not start. TF.js then runs on what it ran on before.
 */
export async function useBackend(backend: Backend): Promise<void> {
  const before = engine().backendName;
  const problem = (got: string, cause?: unknown) =>
    new AttributionError('backend', {
      got: `TF.js backend "${backend.name}", which ${got}`,
      expected: 'a backend that this machine can run',
      fix: 'See the warnings that TF.js printed, or use another backend such as cpu() from @vitrum/backend-cpu.',
      cause,
    });
  const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
  try {
    await backend.open();
  } catch (cause) {
    throw cause instanceof AttributionError ? cause : problem(`could not be opened (${reason(cause)})`, cause);
  }
  try {
    if (!(await setBackend(backend.name))) throw problem('did not start');
  } catch (cause) {
    // TF.js has let go of the one before, though there is no other.
    if (before && before !== backend.name) await setBackend(before);
    throw cause instanceof AttributionError ? cause : problem(`could not be chosen (${reason(cause)})`, cause);
  }
  adapters.set(backend.name, backend);
}

/** The adapter of the backend in use; a bare one if the user chose the backend through TF.js itself. */
export function currentBackend(): Backend {
  const name = engine().backendName;
  return adapters.get(name) ?? { name, open: () => Promise.resolve() };
}

/** Whether the backend in use has this kernel. */
export function hasKernel(kernel: string): boolean {
  return getKernel(kernel, engine().backendName) !== undefined;
}
