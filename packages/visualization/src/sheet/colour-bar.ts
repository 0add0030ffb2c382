import { type ColourScale, sampled } from '../colours';
import { createPicture, type Picture, setPixel } from '../picture';
import type { Mark } from '../scene/scene';
import { formatNumber } from './number-format';
import type { SheetStyle } from './style';

/** The height in pixels of a colour bar with its numbers. */
export const colourBarHeight = ({ unit, number }: SheetStyle): number => Math.round(4 * unit + number.size);

/** The colours of a scale from left to right and, below, the attributions at both ends and in the middle. */
export function colourBar(
  { colours, low, high }: ColourScale,
  { x, y, width }: { x: number; y: number; width: number },
  style: SheetStyle,
): Mark[] {
  const { unit, edge, line } = style;
  const height = Math.round(1.75 * unit);
  const inside = { x: x + edge, y: y + edge, width: width - 2 * edge, height: height - 2 * edge };
  const baseline = y + height + Math.round(3.1 * unit);
  const middle = { share: 0.5, anchor: 'middle' } as const;
  const ticks =
    low === high ? [middle] : [{ share: 0, anchor: 'start' } as const, middle, { share: 1, anchor: 'end' } as const];
  return [
    { kind: 'rectangle', x, y, width, height, fill: line },
    { kind: 'picture', picture: colourRow(colours, inside.width), ...inside },
    ...ticks.map(
      ({ share, anchor }): Mark => ({
        kind: 'text',
        text: formatNumber(low + share * (high - low)),
        style: style.number,
        x: x + share * width,
        baseline,
        anchor,
      }),
    ),
  ];
}

/** The colours as a picture one pixel high, from the first to the last. */
function colourRow(colours: ColourScale['colours'], width: number): Picture {
  const colourAt = sampled(colours);
  const row = createPicture(width, 1, [0, 0, 0]);
  for (let column = 0; column < width; column++) setPixel(row, column, colourAt(column / (width - 1)));
  return row;
}
