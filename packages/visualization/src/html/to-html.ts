import type { Figure } from '../figure';
import { escapeMarkup, fontFamily } from '../scene/svg';
import { cssColour, type Theme, themeColours } from '../theme';

export interface HtmlOptions {
  /** Of the text, for readers aloud: a BCP 47 tag. @defaultValue 'en' */
  language?: string;
}

/** The figure as a page that needs no other file and runs no script: the picture, its notes, and its numbers in words. */
export function toHtml(figure: Figure, { language = 'en' }: HtmlOptions = {}): string {
  const { title, alt, notes, width, theme } = figure;
  const body = figure.html
    ? `<h1>${escapeMarkup(title)}</h1>\n${figure.html()}`
    : figure.svg().replace('<svg ', '<svg style="max-width:100%;height:auto" ');
  return `<!doctype html>
<html lang="${escapeMarkup(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>
${css(theme)}
</style>
</head>
<body>
<figure style="max-width:${width}px">
${body}
<figcaption>
${notes.map((note) => `<p>${escapeMarkup(note)}</p>\n`).join('')}<details><summary>In numbers</summary>
${alt
  .split('\n')
  .map((line) => `<p>${escapeMarkup(line)}</p>`)
  .join('\n')}
</details>
</figcaption>
</figure>
</body>
</html>
`;
}

function css(theme: Theme): string {
  const { paper, ink, soft, line } = themeColours(theme);
  const [on, text, quiet, rule] = [paper, ink, soft, line].map(cssColour);
  return `:root { color-scheme: ${theme}; }
body { margin: 0; padding: 2rem 1rem; background: ${on}; color: ${text}; font: 1rem/1.5 ${fontFamily}; }
figure { margin: 0 auto; }
h1 { font-size: 1.375rem; font-weight: 600; line-height: 1.3; margin: 0 0 0.5rem; }
.subtitle { color: ${quiet}; margin: 0 0 1rem; }
svg { display: block; }
figcaption, dt, .legend, .footer { color: ${quiet}; font-size: 0.8125rem; }
figcaption { margin-top: 1.5rem; }
figcaption p { margin: 0.25rem 0; }
summary { cursor: pointer; }
section { border-top: 1px solid ${rule}; padding: 1.25rem 0; }
dl { display: flex; flex-wrap: wrap; gap: 0.75rem 1.75rem; margin: 0 0 0.75rem; }
dd { margin: 0; }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem; margin: 0 0 1.25rem; }
.legend i { width: 11rem; height: 0.6rem; outline: 1px solid ${rule}; }
.legend b { font-weight: 500; }
.tokens { margin: 0; line-height: 2.1; overflow-wrap: anywhere; }
.tokens span { padding: 0.2rem 0.25rem; border-radius: 0.2rem; -webkit-box-decoration-break: clone; box-decoration-break: clone; }`;
}
