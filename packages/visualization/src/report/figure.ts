import type { Picture } from '../picture';
import { pngAddress } from '../png';
import { formatNumber } from '../sheet/number-format';
import { html, trusted } from './html';
import { layersOf, stopsOf } from './pictures';
import type { ReportedExplanation } from './types';
import { alternative, factsOf } from './words';

const width = 640;
const margin = 24;

/**
 * One explanation as a figure to print or to put in a paper: the map over the photograph in grey, its title, and a colour bar with
 * numbers, as text that can be edited. Needs neither DOM nor Node.
 *
 * @param photograph in the size of the map
 * @returns the text of an SVG file, which needs no other
 */
export function svgFigure(explanation: ReportedExplanation, photograph: Picture): string {
  const { map, title, target, summary } = explanation;
  const facts = factsOf(map);
  const { positive, negative, limit } = layersOf(map);
  const signed = facts.negative > 0;
  const side = width - 2 * margin;
  const high = Math.round((side * map.height) / map.width);
  const place = html`x="${margin}" y="84" width="${side}" height="${high}" preserveAspectRatio="none"`;
  const under = 84 + high;
  const stops = stopsOf(limit, signed).map(
    (colour, i, { length }) => html`<stop offset="${i / (length - 1)}" stop-color="${colour}"/>`,
  );
  const number = (x: number, anchor: string, text: string) =>
    html`<text class="soft" x="${x}" y="${under + 48}" text-anchor="${anchor}">${text}</text>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${under + 68}" viewBox="0 0 ${width} ${under + 68}" role="img" aria-labelledby="title description">
<title id="title">${title}: ${target}</title>
<desc id="description">${alternative(explanation, facts)}</desc>
<style>${trusted("text { font: 14px Inter, 'Helvetica Neue', Arial, sans-serif; fill: #17191f } .title { font-size: 20px; font-weight: 600 } .soft { fill: #5c626e }")}</style>
<defs><linearGradient id="scale">${stops}</linearGradient><filter id="grey"><feColorMatrix type="saturate" values="0"/></filter></defs>
<rect width="100%" height="100%" fill="#fff"/>
<text class="title" x="${margin}" y="40">${title}: ${target}</text>
<text class="soft" x="${margin}" y="64">${summary}</text>
<image ${place} filter="url(#grey)" href="${pngAddress(photograph)}"/>
<image ${place} opacity="0.8" href="${positive}"/>
<image ${place} opacity="0.8" href="${negative}"/>
<rect x="${margin}" y="${under + 16}" width="${side}" height="10" fill="url(#scale)"/>
${number(margin, 'start', signed ? formatNumber(-limit) : '0')}${signed && number(width / 2, 'middle', '0')}${number(width - margin, 'end', formatNumber(limit))}
</svg>
`.markup;
}
