import { parseHTML } from 'linkedom/worker';
import { escapeMarkup } from '../scene/svg';
import { glyphOf, type Weight } from '../text/glyphs';
import { measureText } from '../text/text';

/**
 * The SVG with every text as the outlines of Inter: what draws it needs no font. Reads what the figures here write: `x`, `y` and
 * `dy` as numbers or `em`, sizes, weights, anchors and colours as attributes of the text or above it, `tspan`s as lines.
 */
export function outlineText(svg: string): string {
  // As XML: written as HTML again, an & in an attribute would stay bare.
  const { DOMParser } = parseHTML('<html></html>');
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
  for (const text of Array.from(document.querySelectorAll('text'))) {
    const size = Number.parseFloat(inherited(text, 'font-size') ?? '16');
    const lines = Array.from(text.querySelectorAll('tspan'));
    const paths = (lines.length > 0 ? lines : [text]).map((line) => {
      const place = (name: string): number => length(line.getAttribute(name) ?? text.getAttribute(name), size);
      return lineOf(line.textContent ?? '', text, size, place('x') + place('dx'), place('y') + place('dy'));
    });
    const kept = ['transform', 'fill', 'fill-opacity', 'opacity']
      .map((name) => [name, text.getAttribute(name)] as const)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}="${escapeMarkup(value ?? '')}"`);
    text.outerHTML = `<g ${kept.join(' ')}>${paths.join('')}</g>`;
  }
  return document.documentElement.outerHTML;
}

/** One line of text as one path, where its anchor is at x and its letters stand on y. */
function lineOf(text: string, element: Element, size: number, x: number, y: number): string {
  const weight: Weight = Number(inherited(element, 'font-weight') ?? 400) >= 600 ? 'semibold' : 'regular';
  const anchor = inherited(element, 'text-anchor') ?? 'start';
  const width = measureText(text, { size, weight, colour: [0, 0, 0] });
  let pen = x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
  const scale = size / 1000;
  const outlines = Array.from(text, (character) => {
    const [advance, path] = glyphOf(character, weight);
    const left = pen;
    pen += advance * scale;
    let across = false;
    return path.replace(/-?\d+/g, (number) => {
      across = !across;
      const place = Number(number) * scale + (across ? left : y);
      return `${Math.round(place * 100) / 100} `;
    });
  });
  return `<path stroke="none" d="${outlines.join('')}"/>`;
}

function inherited(element: Element, name: string): string | undefined {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const value = at.getAttribute(name);
    if (value !== null) return value;
  }
  return undefined;
}

const length = (value: string | null | undefined, size: number): number => {
  if (!value) return 0;
  return Number.parseFloat(value) * (value.endsWith('em') ? size : 1);
};
