import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const setup = `${root}packages/testing/src/setup.ts`;
const slow = process.env.LANE === 'slow';

const members = ['packages', 'apps']
  .flatMap((parent) => (existsSync(root + parent) ? readdirSync(root + parent).map((name) => `${parent}/${name}`) : []))
  .concat('bench')
  .filter((directory) => existsSync(`${root}${directory}/package.json`));

/** One project per package. The `source` condition loads every package of the workspace from its src: nothing needs building. */
const projects = members.map((directory) => ({
  root: root + directory,
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    name: directory.replace(/^packages\//, ''),
    include: slow ? ['{src,test}/**/*.slow.test.ts'] : ['{src,test}/**/*.test.ts'],
    exclude: slow ? [] : ['**/*.slow.test.ts'],
    setupFiles: existsSync(setup) ? [setup] : [],
    testTimeout: slow ? 300_000 : 20_000,
  },
}));

const config: ViteUserConfig = defineConfig({
  test: {
    projects,
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: slow,
  },
});

export default config;
