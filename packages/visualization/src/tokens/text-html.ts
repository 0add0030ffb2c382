import { escapeMarkup } from '../scene/svg';
import { formatNumber } from '../sheet/number-format';
import { cssColour } from '../theme';
import type { Chip, ReadRecord, ReadText } from './read-records';
import type { HighlightedTextOptions } from './types';

/** The records as HTML: text that can be searched, copied and read aloud; the attribution of a token shows when it is pointed at. */
export const textHtml = (
  { records, colours, limit }: ReadText,
  { subtitle, footer }: HighlightedTextOptions,
): string => {
  const stops = [0, 0.25, 0.5, 0.75, 1].map((position) => colours(position)).join(', ');
  return `${paragraph('subtitle', subtitle)}<p class="legend"><span>lowers the score <b>${formatNumber(-limit)}</b></span><i style="background:linear-gradient(90deg, ${stops})"></i><span><b>${formatNumber(limit)}</b> raises the score</span></p>
${records.map(recordHtml).join('\n')}${paragraph('footer', footer)}`;
};

const paragraph = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<p class="${name}">${escapeMarkup(text)}</p>\n`;

const recordHtml = ({ facts, chips, alt }: ReadRecord): string => `<section aria-label="${escapeMarkup(alt)}">
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeMarkup(value)}</dd></div>`).join('')}</dl>
<p class="tokens">${chips.map(chipHtml).join(' ')}</p>
</section>`;

const chipHtml = ({ text, attribution, fill, ink }: Chip): string =>
  `<span title="${formatNumber(attribution)}" style="${fill ? `background:${cssColour(fill)};` : ''}color:${cssColour(ink)}">${escapeMarkup(text)}</span>`;
