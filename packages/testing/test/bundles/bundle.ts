import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

interface Surroundings {
  /** What runs before the bundle. */
  readonly before?: string;
  /** Into chunks, in the folder `outfile`. @defaultValue false */
  readonly split?: boolean;
  /** Names in it that mean others. */
  readonly define?: Record<string, string>;
}

/** Bundles a module of this folder with all it imports, minified, as an application is shipped. */
export async function bundle(
  entry: string,
  outfile: string,
  { before = '', define = {}, split = false }: Surroundings = {},
): Promise<void> {
  const require = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    ...(split ? { outdir: outfile, splitting: true } : { outfile }),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    banner: { js: require + before }, // tfjs-core asks for modules of Node while it runs
    define,
    logLevel: 'warning',
  });
}

/** What one model's gradient is in a bundle, and what moving its inputs says. */
export interface Line {
  readonly name: string;
  readonly gradient?: readonly number[];
  readonly differences?: readonly number[];
  /** What was thrown instead. */
  readonly error?: { readonly code?: string; readonly message: string };
}

/** Runs a bundle in a Node of its own, without loaders or sources, and reads the lines that it writes. */
export async function run(file: string, ...args: string[]): Promise<Line[]> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { env });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
