import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** The build of a published package: ES modules with types; every import of another package stays an import. */
export const library = (
  entry: Record<string, string> = { index: 'src/index.ts' },
  options: Options = {},
): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    removeNodeProtocol: false,
    skipNodeModulesBundle: true,
    dts: true,
    sourcemap: true,
    clean: true,
    silent: true,
    ...options,
  });

/** The build of a package of methods: a module for each source file, so that an application carries only those of the methods it imports. */
export const methods = (): ReturnType<typeof defineConfig> => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test)\.ts$/.test(file),
  );
  const entry = Object.fromEntries(
    sources.map((file) => [file.replace(/\.ts$/, '').replaceAll('\\', '/'), join('src', file)]),
  );
  return library(entry, { esbuildPlugins: [apart], dts: { entry: { index: 'src/index.ts' } } });
};

/** Leaves an import of another source file an import, of its module. */
const apart: Plugin = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point') return undefined;
      const index = existsSync(join(resolveDir, path, 'index.ts')) ? '/index' : '';
      return { path: `${path}${index}.js`, external: true };
    });
  },
};
