import type { Drawing } from '../drawing';
import { enlarge, fillRectangle, paste } from '../paint';
import type { Picture } from '../picture';
import { drawText, type TextStyle, wrapText } from '../text/text';
import { colourBarHeight, drawColourBar } from './colour-bar';
import type { SheetStyle } from './style';

/** The heights in pixels that the panels of one row share, so that pictures and bars stand in line. */
export interface RowHeights {
  readonly title: number;
  readonly picture: number;
  readonly caption: number;
  readonly bar: number;
}

const lineHeight = ({ size }: TextStyle): number => Math.round(1.35 * size);
const factorFor = ({ width }: Picture, panelWidth: number): number => Math.max(1, Math.floor(panelWidth / width));
const captionsOf = ({ caption, notes }: Drawing, style: SheetStyle, width: number): string[] =>
  [...(caption ? [caption] : []), ...notes].flatMap((text) => wrapText(text, style.caption, width));

/** What the tallest panel of a row needs. */
export function rowHeights(row: readonly Drawing[], style: SheetStyle, width: number): RowHeights {
  const most = (needed: (drawing: Drawing) => number): number => Math.max(...row.map(needed));
  return {
    title: most(({ title }) => wrapText(title, style.panelTitle, width).length) * lineHeight(style.panelTitle),
    picture: most(({ picture }) => picture.height * factorFor(picture, width)),
    caption: most((drawing) => captionsOf(drawing, style, width).length) * lineHeight(style.caption),
    bar: row.some(({ scale }) => scale) ? colourBarHeight(style) : 0,
  };
}

/** The distance in pixels above and below a picture. */
const space = ({ unit }: SheetStyle): number => Math.round(2 * unit);

export const panelHeight = ({ title, picture, caption, bar }: RowHeights, style: SheetStyle): number =>
  title + caption + space(style) + picture + (bar && space(style) + bar);

/** Draws a panel with its upper left corner at x, y: title, caption, picture, colour bar with numbers. */
export function drawPanel(
  sheet: Picture,
  drawing: Drawing,
  { x, y, width, heights }: { x: number; y: number; width: number; heights: RowHeights },
  style: SheetStyle,
): void {
  const write = (lines: readonly string[], text: TextStyle, top: number): void => {
    lines.forEach((line, index) => {
      drawText(sheet, line, text, { x, baseline: top + index * lineHeight(text) + Math.round(text.size) });
    });
  };
  write(wrapText(drawing.title, style.panelTitle, width), style.panelTitle, y);

  write(captionsOf(drawing, style, width), style.caption, y + heights.title);

  const top = y + heights.title + heights.caption + space(style);
  const shown = enlarge(drawing.picture, factorFor(drawing.picture, width));
  const left = x + Math.floor((width - shown.width) / 2);
  const edge = Math.max(1, Math.round(style.unit / 8));
  const frame = { x: left - edge, y: top - edge, width: shown.width + 2 * edge, height: shown.height + 2 * edge };
  fillRectangle(sheet, frame, style.line);
  fillRectangle(sheet, { x: left, y: top, width: shown.width, height: shown.height }, style.paper);
  paste(sheet, shown, left, top);

  const below = top + heights.picture + space(style);
  if (drawing.scale) drawColourBar(sheet, drawing.scale, { x, y: below, width }, style);
}
