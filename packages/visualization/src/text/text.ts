import type { Picture, Rgb } from '../picture';
import { coverage } from './coverage';
import { glyphOf, type Point, polygonsOf, type Weight } from './glyphs';

export interface TextStyle {
  /** Font size in pixels: the height of capitals is 0.73 of it. */
  readonly size: number;
  readonly weight: Weight;
  readonly colour: Rgb;
}

export interface TextPlace {
  /** Where the text is anchored, in pixels from the left. */
  readonly x: number;
  /** The line the letters stand on, in pixels from the top. */
  readonly baseline: number;
  /** Which point of the text lies at x. */
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Width in pixels of one line. */
export function measureText(text: string, { size, weight }: TextStyle): number {
  return [...text].reduce((width, character) => width + glyphOf(character, weight)[0], 0) * (size / 1000);
}

/** Draws one line in Inter, smooth at any size; changes the picture. What lies outside of it is cut off. */
export function drawText(
  picture: Picture,
  text: string,
  style: TextStyle,
  { x, baseline, anchor = 'start' }: TextPlace,
): void {
  const { size, weight } = style;
  const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * measureText(text, style);
  let pen = x - shift;
  for (const character of text) {
    const glyph = glyphOf(character, weight);
    drawPolygons(picture, polygonsOf(glyph), style, pen, baseline);
    pen += (glyph[0] * size) / 1000;
  }
}

function drawPolygons(
  picture: Picture,
  polygons: readonly (readonly Point[])[],
  { size, colour }: TextStyle,
  x: number,
  y: number,
): void {
  const points = polygons.flat();
  if (points.length === 0) return;
  const left = Math.floor(x + size * Math.min(...points.map(([across]) => across)));
  const top = Math.floor(y + size * Math.min(...points.map(([, down]) => down)));
  const right = Math.ceil(x + size * Math.max(...points.map(([across]) => across)));
  const bottom = Math.ceil(y + size * Math.max(...points.map(([, down]) => down)));
  const placed = polygons.map((polygon) =>
    polygon.map(([across, down]): Point => [x + across * size - left, y + down * size - top]),
  );
  const { width, height, shares } = coverage(placed, right - left, bottom - top);
  for (let row = Math.max(0, -top); row < Math.min(height, picture.height - top); row++)
    for (let column = Math.max(0, -left); column < Math.min(width, picture.width - left); column++)
      blend(picture, ((top + row) * picture.width + left + column) * 4, colour, shares[row * width + column] ?? 0);
}

function blend({ data }: Picture, at: number, colour: Rgb, share: number): void {
  colour.forEach((channel, index) => {
    const below = data[at + index] ?? 0;
    data[at + index] = below + (channel - below) * share;
  });
}

/** White space, but for what is there so that no line breaks at it. */
const breaks = /[^\S\u00a0\u202f]+/;

/** Breaks text into lines no wider than `width` pixels, between words; a word that is wider stays whole. */
export function wrapText(text: string, style: TextStyle, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(breaks).filter(Boolean)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && measureText(longer, style) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
