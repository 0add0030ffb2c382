import { readFile } from 'node:fs/promises';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Tells bundlers that making a method does nothing else, so that an application carries only the methods it imports. */
const pureMethods: Plugin = {
  name: 'pure-methods',
  setup(build) {
    build.onLoad({ filter: /-methods[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replace(/= (defineMethod\()/g, '= /* @__PURE__ */ $1'),
    }));
  },
};

/** The build of a published package: ES modules with types; every import of another package stays an import. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    removeNodeProtocol: false,
    skipNodeModulesBundle: true,
    esbuildPlugins: [pureMethods],
    dts: true,
    sourcemap: true,
    clean: true,
    silent: true,
  });
