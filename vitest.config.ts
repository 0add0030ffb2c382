import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfigFnObject } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const setup = `${root}packages/testing/src/setup.ts`;
const leftOut = `${root}packages/testing/src/backends-here.ts`;

const childrenOf = (parent: string): string[] =>
  existsSync(root + parent) ? readdirSync(root + parent).map((name) => `${parent}/${name}`) : [];

/** One project per member of the workspace; `vitest run` runs the fast lane, `vitest run --mode slow` the slow one. */
const config: ViteUserConfigFnObject = defineConfig(({ mode }) => {
  const slow = mode === 'slow';
  const project = (directory: string) => ({
    root: root + directory,
    // The packages of the workspace are loaded from their sources: nothing needs building.
    resolve: { conditions: ['source'] },
    ssr: { resolve: { conditions: ['source'] } },
    test: {
      name: directory.replace(/^(packages|apps)\//, ''),
      include: [`{src,test}/**/*${slow ? '.slow' : ''}.test.ts`],
      exclude: slow ? [] : ['**/*.slow.test.ts'],
      setupFiles: existsSync(setup) ? [setup] : [],
      testTimeout: slow ? 300_000 : 20_000,
    },
  });
  const members = [...childrenOf('packages'), ...childrenOf('apps'), 'bench'];
  return {
    test: {
      projects: members.filter((directory) => existsSync(`${root}${directory}/package.json`)).map(project),
      globalSetup: existsSync(leftOut) ? [leftOut] : [],
      pool: 'forks',
      maxWorkers: 2,
      passWithNoTests: slow,
    },
  };
});

export default config;
