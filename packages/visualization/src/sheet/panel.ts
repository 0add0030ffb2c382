import type { Drawing } from '../drawing';
import type { Picture } from '../picture';
import type { Mark } from '../scene/scene';
import { colourBar, colourBarHeight } from './colour-bar';
import { type Block, block, blockHeight, heightOf, writeBlocks } from './lines';
import type { SheetStyle } from './style';

/** What lies between the title and the small print, placed at its upper left corner. */
export interface Body {
  readonly width: number;
  readonly height: number;
  readonly body: (left: number, top: number) => readonly Mark[];
}

/** The heights in pixels that the panels of one row share, so that pictures and bars stand in line. */
export interface RowHeights {
  readonly title: number;
  readonly picture: number;
  readonly caption: number;
  readonly bar: number;
}

const leading = 1.35;
const factorFor = ({ width }: Picture, panelWidth: number): number => Math.max(1, Math.floor(panelWidth / width));
const titleOf = ({ title }: Drawing, style: SheetStyle, width: number): Block =>
  block(title, style.panelTitle, width, leading);
const captionsOf = ({ caption, notes }: Drawing, style: SheetStyle, width: number): Block[] =>
  [caption, ...notes].map((text) => block(text, style.caption, width, leading));

/** What the tallest panel of a row needs. */
export function rowHeights(row: readonly Drawing[], style: SheetStyle, width: number): RowHeights {
  const most = (needed: (drawing: Drawing) => number): number => Math.max(...row.map(needed));
  return {
    title: most((drawing) => blockHeight(titleOf(drawing, style, width))),
    picture: most(({ picture }) => picture.height * factorFor(picture, width)),
    caption: most((drawing) => heightOf(captionsOf(drawing, style, width))),
    bar: row.some(({ scale }) => scale) ? colourBarHeight(style) : 0,
  };
}

/** The distance in pixels above and below a picture. */
const space = ({ unit }: SheetStyle): number => Math.round(2 * unit);

export const panelHeight = ({ title, picture, caption, bar }: RowHeights, style: SheetStyle): number =>
  title + caption + space(style) + picture + (bar && space(style) + bar);

/** A panel with its upper left corner at x, y: title, caption, picture, colour bar with numbers. */
export function panel(
  drawing: Drawing,
  { x, y, width, heights }: { x: number; y: number; width: number; heights: RowHeights },
  style: SheetStyle,
): Mark[] {
  const top = y + heights.title + heights.caption + space(style);
  const below = top + heights.picture + space(style);
  return [
    ...writeBlocks([titleOf(drawing, style, width)], x, y),
    ...writeBlocks(captionsOf(drawing, style, width), x, y + heights.title),
    ...framed(drawing.picture, { x, y: top, width }, style),
    ...(drawing.scale ? colourBar(drawing.scale, { x, y: below, width }, style) : []),
  ];
}

/** A picture enlarged by a whole number, in the middle of a width, on paper with a thin frame. */
export function framed(
  picture: Picture,
  { x, y, width }: { x: number; y: number; width: number },
  { edge, line, paper }: SheetStyle,
): Mark[] {
  const factor = factorFor(picture, width);
  const size = { width: picture.width * factor, height: picture.height * factor };
  const left = x + Math.floor((width - size.width) / 2);
  const frame = { x: left - edge, y: y - edge, width: size.width + 2 * edge, height: size.height + 2 * edge };
  return [
    { kind: 'rectangle', ...frame, fill: line },
    { kind: 'rectangle', x: left, y, ...size, fill: paper },
    { kind: 'picture', picture, x: left, y, ...size },
  ];
}
