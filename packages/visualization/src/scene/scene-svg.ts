import { pngAddress } from '../png';
import { measureText } from '../text/text';
import { cssColour } from '../theme';
import type { Mark, RectangleMark, Scene, TextMark } from './scene';
import { escapeMarkup, svgPage } from './svg';

/** The scene as SVG: text stays text, pictures are PNG files inside of it. `above` is further SVG, laid over the marks. */
export const sceneSvg = (
  { width, height, paper, marks }: Scene,
  alt: string,
  above: readonly string[] = [],
): string => {
  const sheet = rectangleSvg({ kind: 'rectangle', x: 0, y: 0, width, height, fill: paper });
  return svgPage(width, height, alt, [sheet, ...marks.map(markSvg), ...above].join('\n'));
};

function markSvg(mark: Mark): string {
  if (mark.kind === 'rectangle') return rectangleSvg(mark);
  if (mark.kind === 'text') return textSvg(mark);
  const { x, y, width, height, picture } = mark;
  return `<image ${numbers({ x, y, width, height })} preserveAspectRatio="none" style="image-rendering:pixelated" href="${pngAddress(picture)}"/>`;
}

const rectangleSvg = ({ x, y, width, height, fill }: RectangleMark): string =>
  `<rect ${numbers({ x, y, width, height })} fill="${cssColour(fill)}"/>`;

function textSvg({ x, baseline, anchor = 'start', text, style, fitted }: TextMark): string {
  const { size, weight, colour } = style;
  const fit = fitted ? ` ${numbers({ textLength: measureText(text, style) })} lengthAdjust="spacingAndGlyphs"` : '';
  const place = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  const bold = weight === 'semibold' ? ' font-weight="600"' : '';
  return `<text ${numbers({ x, y: baseline, 'font-size': size })}${bold}${place}${fit} fill="${cssColour(colour)}" style="white-space:pre">${escapeMarkup(text)}</text>`;
}

/** Attributes with hundredths of a pixel at most. */
const numbers = (attributes: Record<string, number>): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}="${Math.round(value * 100) / 100}"`)
    .join(' ');
