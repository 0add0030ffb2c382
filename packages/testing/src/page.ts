import { readFile } from 'node:fs/promises';

/** A page in Markdown, and what tests ask of it. */
export interface Page {
  readonly text: string;
  /** The blocks in a language, in order. */
  blocks(language: string): readonly string[];
  /** The line of a table whose first cell begins with this name. */
  row(name: string): string | undefined;
  /** The last cell of that line. */
  lastCell(name: string): string | undefined;
}

/** @example const readme = await readPage(new URL('../README.md', import.meta.url)); */
export async function readPage(url: URL): Promise<Page> {
  const text = await readFile(url, 'utf8');
  const row = (name: string) => text.split('\n').find((line) => new RegExp(`^\\| \`${name}\\b`).test(line));
  return {
    text,
    row,
    lastCell: (name) => row(name)?.split('|').at(-2)?.trim(),
    blocks: (language) =>
      Array.from(text.matchAll(/^```(\S*)\n(.*?)^```/gms), ([, of, code = '']) => ({ of, code }))
        .filter(({ of }) => of === language)
        .map(({ code }) => code),
  };
}

/**
 * What a page may show of a module that a test runs: the module as it is, or without the `export` of what the test
 * looks at, and without the type that the compiler demands of what is exported.
 */
export function shownAs(module: string): readonly string[] {
  return [
    module,
    module.replace(/^export (?=const )/gm, ''),
    module.replace(/^export const (\w+): .*? = /gm, 'const $1 = '),
  ];
}
