import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { readPage, shownAs } from '../src/page';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const leftOut = ['node_modules', 'dist', 'docs-out'];

/** The files below a folder of the repository, but for what is installed, built or hidden. */
const below = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || leftOut.includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? below(path) : [path];
  });
const files = below('.');

/** Pages whose programs a test takes from the page itself and runs. */
const runFromThePage = ['docs/from-captum.md'];

const modules = await Promise.all(
  files
    .filter((path) => /\/(test|examples)\/.*\.ts$/.test(path))
    .map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
);

/** Whether a test imports the module: one beside it, or for a folder of examples the test that runs them all. */
const isRun = (path: string) =>
  modules.some(({ path: test, text }) => {
    if (!test.endsWith('.test.ts')) return false;
    if (basename(dirname(path)) === 'examples') return text.includes("from './gallery'");
    return dirname(test) === dirname(path) && text.includes(`'./${basename(path, '.ts')}'`);
  });

const pages = files.filter((path) => path.endsWith('.md') && basename(path) !== 'CHANGELOG.md');
const programs: [string, string][] = [];
for (const path of pages.filter((path) => !runFromThePage.includes(path))) {
  const page = await readPage(pathToFileURL(join(root, path)));
  for (const language of ['ts', 'js', 'tsx', 'jsx', 'mjs', 'typescript', 'javascript']) {
    page.blocks(language).forEach((code, i) => void programs.push([`${path}, ${language} ${i + 1}`, code]));
  }
}

test.each(programs)('what %s shows is what a test runs', (_, code) => {
  const shown = modules.filter(({ text }) => shownAs(text).includes(code)).map(({ path }) => path);
  expect(shown, 'the module in a folder `test` that has this text').not.toEqual([]);
  expect(shown.filter(isRun), `a test beside ${shown} that imports it`).not.toEqual([]);
});

test('every package has a page with a program', () => {
  for (const name of readdirSync(join(root, 'packages'))) {
    const page = join('packages', name, 'README.md');
    expect(
      programs.some(([title]) => title.startsWith(`${page}, `)),
      page,
    ).toBe(true);
  }
});
