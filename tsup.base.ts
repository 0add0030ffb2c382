import { defineConfig } from 'tsup';

/** The build of a published package: ES modules with types; every import of another package stays an import. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }): ReturnType<typeof defineConfig> =>
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
  });
