import type { ColourScale } from '../colours';
import type { Drawing } from '../drawing';
import type { Mark } from '../scene/scene';
import { colourBar, colourBarHeight } from '../sheet/colour-bar';
import { type Block, block, blockHeight, heightOf, writeBlocks } from '../sheet/lines';
import { type Body, framed } from '../sheet/panel';
import type { SheetStyle } from '../sheet/style';
import type { GridOptions, Heading } from './grid';

type Cells = readonly (readonly (Drawing | undefined)[])[];

interface Layout extends Pick<GridOptions, 'rows' | 'columns'> {
  readonly share: 'row' | 'all' | 'none';
  readonly panelWidth: number;
}

/** The cells under the names of their columns and beside the names of their rows, with a colour bar for each scale. */
export function gridBody(cells: Cells, layout: Layout, style: SheetStyle): Body {
  const { unit } = style;
  const { panelWidth, columns, share } = layout;
  const [gap, side] = [Math.round(2.5 * unit), Math.round(0.75 * panelWidth)];
  const count = columns.flatMap((heading) => (typeof heading === 'string' ? [heading] : heading.parts)).length;
  const place = (column: number): number => side + gap + column * (panelWidth + gap);
  const head = headings(columns, { place, panelWidth }, style);
  const rows = cells.map((row, at) => rowOf(row, layout.rows[at] ?? '', { share, side, place, panelWidth }, style));
  const scale = share === 'all' ? scaleOf(cells.flat()) : undefined;
  const bar = scale ? Math.round(1.5 * unit) + colourBarHeight(style) : 0;
  const height = head.height + rows.reduce((sum, row) => sum + row.height + gap, -gap) + bar;
  return {
    width: place(count) - gap,
    height,
    body: (left: number, top: number): Mark[] => {
      let y = top + head.height;
      const below = rows.flatMap((row) => {
        const marks = row.marks(left, y);
        y += row.height + gap;
        return marks;
      });
      const spot = { x: left + place(0), y: y - gap + Math.round(1.5 * unit), width: barWidth(count, panelWidth, gap) };
      return [...head.marks(left, top), ...below, ...(scale ? colourBar(scale, spot, style) : [])];
    },
  };
}

/** A bar below all: as wide as two panels, or the one there is. */
const barWidth = (count: number, panelWidth: number, gap: number): number =>
  count > 1 ? 2 * panelWidth + gap : panelWidth;

const scaleOf = (row: readonly (Drawing | undefined)[]): ColourScale | undefined =>
  row.find((drawing) => drawing?.scale && drawing.scale.low !== drawing.scale.high)?.scale ??
  row.find((drawing) => drawing?.scale)?.scale;

interface Part {
  readonly height: number;
  readonly marks: (left: number, top: number) => Mark[];
}

interface Measures {
  readonly place: (column: number) => number;
  readonly panelWidth: number;
}

/** One line of names, or two where columns are grouped: the name of the group, a thin rule, the names below it. */
function headings(columns: readonly Heading[], { place, panelWidth }: Measures, style: SheetStyle): Part {
  const { unit, edge, line, panelTitle, caption } = style;
  let column = 0;
  const groups = columns.map((heading) => {
    const parts = typeof heading === 'string' ? [heading] : heading.parts;
    const [x, width] = [place(column), place(column + parts.length - 1) - place(column) + panelWidth];
    const grouped = typeof heading !== 'string';
    const names = parts.map((part, index) => ({
      x: place(column + index),
      block: block(part, grouped ? caption : panelTitle, panelWidth),
    }));
    column += parts.length;
    return { x, width, names, title: grouped ? block(heading.heading, panelTitle, width) : undefined };
  });
  const most = (heights: readonly number[]): number => Math.max(0, ...heights);
  const upper = most(groups.map(({ title }) => (title ? blockHeight(title) + Math.round(1.5 * unit) : 0)));
  const lower = most(groups.flatMap(({ names }) => names.map((name) => blockHeight(name.block))));
  const marks = (left: number, top: number): Mark[] =>
    groups.flatMap(({ x, width, names, title }): Mark[] => [
      ...(title ? writeBlocks([title], left + x, top) : []),
      ...(title ? [rule({ x: left + x, y: top + upper - Math.round(unit), width, height: edge }, line)] : []),
      ...names.flatMap((name) =>
        writeBlocks([name.block], left + name.x, top + upper + lower - blockHeight(name.block)),
      ),
    ]);
  return { height: upper + lower + Math.round(unit), marks };
}

const rule = (place: { x: number; y: number; width: number; height: number }, fill: SheetStyle['line']): Mark => ({
  kind: 'rectangle',
  ...place,
  fill,
});

interface RowMeasures extends Measures {
  readonly share: Layout['share'];
  readonly side: number;
}

/** The name of a row with its colour bar, and its pictures; a cell says what is special below its picture. */
function rowOf(
  row: readonly (Drawing | undefined)[],
  name: string,
  { share, side, place, panelWidth }: RowMeasures,
  style: SheetStyle,
): Part {
  const { unit, panelTitle, caption } = style;
  const title = block(name, panelTitle, side);
  const scale = share === 'row' ? scaleOf(row) : undefined;
  const bar = scale ? Math.round(2 * unit) + colourBarHeight(style) : 0;
  const notes = row.map((drawing): Block[] => (drawing?.notes ?? []).map((text) => block(text, caption, panelWidth)));
  const pictures = Math.max(...row.map((drawing) => pictureHeight(drawing, panelWidth)));
  const noted = Math.max(...notes.map(heightOf));
  const own = share === 'none' ? Math.round(1.5 * unit) + colourBarHeight(style) : 0;
  const height = Math.max(blockHeight(title) + bar, pictures + own + (noted && noted + Math.round(unit)));
  const marks = (left: number, top: number): Mark[] => [
    ...writeBlocks([title], left, top - Math.round(0.5 * unit)),
    ...(scale
      ? colourBar(
          scale,
          { x: left, y: top + blockHeight(title) + Math.round(unit), width: side - Math.round(2 * unit) },
          style,
        )
      : []),
    ...row.flatMap((drawing, column): Mark[] => {
      const x = left + place(column);
      const y = top + pictures + Math.round(1.5 * unit);
      return [
        ...(drawing
          ? framed(drawing.picture, { x, y: top, width: panelWidth }, style)
          : missing({ x, y: top, width: panelWidth, height: pictures }, style)),
        ...(own && drawing?.scale ? colourBar(drawing.scale, { x, y, width: panelWidth }, style) : []),
        ...writeBlocks(notes[column] ?? [], x, top + pictures + own + Math.round(unit)),
      ];
    }),
  ];
  return { height, marks };
}

const pictureHeight = (drawing: Drawing | undefined, panelWidth: number): number =>
  drawing ? drawing.picture.height * Math.floor(panelWidth / drawing.picture.width) : 0;

/** A frame without a picture, which says so. */
function missing(place: { x: number; y: number; width: number; height: number }, style: SheetStyle): Mark[] {
  const { x, y, width, height } = place;
  const { edge, line, paper, caption } = style;
  const frame = { x: x - edge, y: y - edge, width: width + 2 * edge, height: height + 2 * edge };
  const baseline = y + Math.round(height / 2 + caption.size / 3);
  return [
    { kind: 'rectangle', ...frame, fill: line },
    { kind: 'rectangle', ...place, fill: paper },
    { kind: 'text', text: 'no map', style: caption, x: x + width / 2, baseline, anchor: 'middle' },
  ];
}
