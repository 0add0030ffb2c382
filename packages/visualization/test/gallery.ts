import { readdirSync, readFileSync } from 'node:fs';
import { type Figure, type PaintedFigure, toPng } from '@vitrum/visualization';
import { toHtml } from '@vitrum/visualization/html';

const examples = new URL('../examples/', import.meta.url);

/** Where the files of the gallery are kept. */
export const kept: URL = new URL('../../../docs/gallery/', import.meta.url);

export interface Example {
  readonly name: string;
  /** The text of its file. */
  readonly source: string;
  readonly draw: () => Promise<Figure | PaintedFigure>;
}

/** Every file of examples/, each a figure. */
export const gallery: readonly Example[] = readdirSync(examples)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .map((name) => ({
    name,
    source: readFileSync(new URL(`${name}.ts`, examples), 'utf8'),
    draw: async () => {
      const { default: make } = (await import(`../examples/${name}.ts`)) as { default: () => Promise<Figure> | Figure }; // what an example exports
      return make();
    },
  }));

/** The files of a figure: pixels where there are any, else the text of an SVG file; text as HTML too. */
export function filesOf(name: string, figure: Figure | PaintedFigure): Readonly<Record<string, Uint8Array | string>> {
  if (figure.kind === 'text') return { [`${name}.svg`]: figure.svg(), [`${name}.html`]: toHtml(figure) };
  return 'picture' in figure ? { [`${name}.png`]: toPng(figure) } : { [`${name}.svg`]: figure.svg() };
}

/** The page that shows all examples with their code. */
export function galleryPage(figures: readonly { example: Example; figure: Figure }[]): string {
  const entries = figures.map(({ example, figure }) => {
    const [file] = Object.keys(filesOf(example.name, figure));
    const words = figure.alt.split('\n').map((line) => line.replace(/[[\]\\<>]/g, '\\$&'));
    // The first words say what it is; who wants all of it unfolds it.
    const alt = words.slice(0, 2).map((line) => (/[.?!]$/.test(line) ? line : `${line}.`));
    const numbers = `<details><summary>In numbers</summary>\n\n${words
      .slice(1)
      .map((line) => `- ${line}`)
      .join('\n')}\n\n</details>`;
    return `## ${figure.title}\n\n![${alt.join(' ')}](gallery/${file})\n\n${numbers}\n\n\`\`\`ts\n${example.source}\`\`\`\n`;
  });
  return `# Gallery\n\nWhat \`@vitrum/visualization\` draws. Each example is a file of [packages/visualization/examples](https://github.com/vitrum-js/vitrum/tree/main/packages/visualization/examples) and a test.\n\n${entries.join('\n')}`;
}
