import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The backends that tests run on. */
export const backendNames = ['cpu', 'wasm', 'node'] as const;
export type BackendName = (typeof backendNames)[number];

/**
 * Why the tests on a backend are left out here; `undefined` where they run, and fail if it does not open.
 *
 * They run on the backends that VITRUM_BACKENDS names (`cpu,wasm`). Without it on those whose package is installed: in CI
 * on all of them, and elsewhere on those that need nothing more; node also needs its addon.
 */
export function leftOut(backend: string): string | undefined {
  const { CI, VITRUM_BACKENDS: named } = process.env;
  if (named) return named.split(',').includes(backend) ? undefined : `VITRUM_BACKENDS is ${named}`;
  const manifest = manifestOf(`@vitrum/backend-${backend}`);
  if (manifest === undefined) return `@vitrum/backend-${backend} is not installed`;
  if (CI || backend !== 'node' || hasAddon(manifest)) return undefined;
  return 'the addon of @tensorflow/tfjs-node is not built; the README of @vitrum/backend-node says how to';
}

/** The backends that tests run on here. */
export const backendsHere: readonly BackendName[] = backendNames.filter((name) => leftOut(name) === undefined);

/** The path of an installed package's manifest. */
function manifestOf(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}

function hasAddon(adapter: string): boolean {
  const manifest = createRequire(adapter).resolve('@tensorflow/tfjs-node/package.json');
  // As tfjs-node itself looks for it.
  const { find }: { find(manifest: string): string } = createRequire(manifest)('@mapbox/node-pre-gyp');
  return existsSync(find(manifest));
}

/** Tells, once before all tests, which of them are left out. */
export function setup(): void {
  for (const backend of backendNames) {
    const reason = leftOut(backend);
    if (reason !== undefined) console.log(`Tests on ${backend} are skipped: ${reason}.`);
  }
}
