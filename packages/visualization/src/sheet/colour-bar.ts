import { type ColourScale, sampled } from '../colours';
import { createPicture, type Picture, setPixel } from '../picture';
import type { Mark } from '../scene/scene';
import { measureText } from '../text/text';
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
  const baseline = y + height + Math.round(0.7 * unit + style.number.size);
  return [
    { kind: 'rectangle', x, y, width, height, fill: line },
    { kind: 'picture', picture: colourRow(colours, inside.width), ...inside },
    ...ticksOf(low, high, width, style).map(
      ({ share, anchor, text }): Mark => ({
        kind: 'text',
        text,
        style: style.number,
        x: x + share * width,
        baseline,
        anchor,
      }),
    ),
  ];
}

interface Tick {
  readonly share: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly text: string;
}

/** The numbers at both ends and in the middle; without the middle one where it would touch them, and one alone if both are the same. */
function ticksOf(low: number, high: number, width: number, { number }: SheetStyle): readonly Tick[] {
  const tick = (share: number, anchor: Tick['anchor']): Tick => ({
    share,
    anchor,
    text: formatNumber(low + share * (high - low)),
  });
  const [first, middle, last] = [tick(0, 'start'), tick(0.5, 'middle'), tick(1, 'end')];
  if (low === high) return [middle];
  const wide = ({ text }: Tick): number => measureText(text, number);
  const room = width / 2 - wide(middle) / 2 - Math.max(wide(first), wide(last));
  return room < number.size / 2 ? [first, last] : [first, middle, last];
}

/** The colours as a picture one pixel high, from the first to the last. */
function colourRow(colours: ColourScale['colours'], width: number): Picture {
  const colourAt = sampled(colours);
  const row = createPicture(width, 1, [0, 0, 0]);
  for (let column = 0; column < width; column++) setPixel(row, column, colourAt(column / (width - 1)));
  return row;
}
