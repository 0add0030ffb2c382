import { escapeMarkup } from '../scene/svg';

/** Markup that is safe to put in a page. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | false | readonly Part[];

/** Markup with values put in: other markup as it is, text escaped, nothing for `undefined` and `false`. */
export const html = (pieces: TemplateStringsArray, ...values: readonly Part[]): Markup => ({
  markup: pieces.map((piece, i) => piece + (i < values.length ? render(values[i]) : '')).join(''),
});

/** Markup that is trusted, such as a style sheet of ours. */
export const trusted = (markup: string): Markup => ({ markup });

function render(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeMarkup(String(part));
  return 'markup' in part ? part.markup : part.map(render).join('');
}
