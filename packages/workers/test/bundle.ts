import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** TensorFlow.js stays outside, found from where it is imported; the files that modules look for beside them, too. */
const inPlace: Plugin = {
  name: 'in place',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@tensorflow\// }, ({ path, importer }) => ({
      path: pathToFileURL(createRequire(importer).resolve(path)).href,
      external: true,
    }));
    onLoad({ filter: /backend-wasm.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const address = `const moduleUrl = ${JSON.stringify(pathToFileURL(path).href)};\n`;
      return { loader: 'ts', contents: address + source.replaceAll('import.meta.url', 'moduleUrl') };
    });
  },
};

/** A module of this folder with all it imports, from sources: a thread of Node cannot read TypeScript. */
export async function bundleForNode(entry: string, outfile: string): Promise<URL> {
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    plugins: [inPlace],
    logLevel: 'warning',
  });
  return pathToFileURL(outfile);
}
