import { type ColourScale, sampled } from '../colours';
import { fillRectangle, type Rectangle } from '../paint';
import type { Picture } from '../picture';
import { drawText } from '../text/text';
import { formatNumber } from './number-format';
import type { SheetStyle } from './style';

/** The height in pixels of a colour bar with its numbers. */
export const colourBarHeight = ({ unit, number }: SheetStyle): number => Math.round(4 * unit + number.size);

/** Draws the colours of a scale from left to right and, below, the attributions at both ends and in the middle. */
export function drawColourBar(
  picture: Picture,
  { colours, low, high }: ColourScale,
  { x, y, width }: Omit<Rectangle, 'height'>,
  style: SheetStyle,
): void {
  const { unit, line } = style;
  const colourAt = sampled(colours);
  const height = Math.round(1.75 * unit);
  const edge = Math.max(1, Math.round(unit / 8));
  fillRectangle(picture, { x, y, width, height }, line);
  for (let column = edge; column < width - edge; column++) {
    const position = (column - edge) / (width - 2 * edge - 1);
    fillRectangle(picture, { x: x + column, y: y + edge, width: 1, height: height - 2 * edge }, colourAt(position));
  }
  const baseline = y + height + Math.round(3.1 * unit);
  const middle = { share: 0.5, anchor: 'middle' } as const;
  const ticks =
    low === high ? [middle] : [{ share: 0, anchor: 'start' } as const, middle, { share: 1, anchor: 'end' } as const];
  for (const { share, anchor } of ticks)
    drawText(picture, formatNumber(low + share * (high - low)), style.number, {
      x: x + share * width,
      baseline,
      anchor,
    });
}
