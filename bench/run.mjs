// Bundles the benchmark with the packages, from their sources, and runs it: as fast as what is published. A loader that
// transforms each module (tsx) keeps the names of functions, which costs up to half of a small operation's time.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Modules find their files from where they lie, and TensorFlow.js stays outside, found from where it is imported. */
const inPlace = {
  name: 'in place',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const url = `const moduleUrl = ${JSON.stringify(pathToFileURL(path).href)};\n`;
      return { loader: 'ts', contents: url + source.replaceAll('import.meta.url', 'moduleUrl') };
    });
    onResolve({ filter: /^@tensorflow\// }, ({ path, importer }) => ({
      path: pathToFileURL(createRequire(importer).resolve(path)).href,
      external: true,
    }));
  },
};

const outfile = here('dist/cli.mjs');
await build({
  entryPoints: [here('src/cli.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  conditions: ['source'],
  plugins: [inPlace],
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);
