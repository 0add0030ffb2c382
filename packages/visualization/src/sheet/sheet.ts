import { AttributionError } from '@vitrum/core';
import type { Drawing } from '../drawing';
import type { PaintedFigure } from '../figure';
import type { Picture } from '../picture';
import { paintScene } from '../scene/paint-scene';
import type { Mark } from '../scene/scene';
import { sceneSvg } from '../scene/scene-svg';
import type { Theme } from '../theme';
import { drawingData } from './drawing-data';
import { block, heightOf, writeBlocks } from './lines';
import { type Body, panel, panelHeight, rowHeights } from './panel';
import { type SheetStyle, sheetStyle } from './style';

/** The words around the panels of a figure. */
export interface PageOptions {
  /** The line at the top: what was asked, and the answer. */
  title: string;
  /** A smaller line below it: how it was found. */
  subtitle?: string;
  /** Small print at the foot. */
  footer?: string;
  /** Width of a panel in pixels; text grows with it. @defaultValue the widest picture, enlarged by whole numbers to at least 400 */
  panelWidth?: number;
  /** The paper. Heat maps take a theme too, so that zero is the paper. @defaultValue 'light' */
  theme?: Theme;
}

export interface SheetOptions extends PageOptions {
  /** Panels beside each other before a new row begins. @defaultValue 5 at most, rows as even as possible */
  columns?: number;
}

/**
 * Drawings side by side, each with its title, caption and colour bar with numbers. Pictures are enlarged by whole numbers, so a
 * pixel stays a sharp square.
 * @throws AttributionError 'option' for no drawing, columns or a width that are no whole numbers, a panel narrower than its picture
 */
export function sheet(drawings: readonly Drawing[], options: SheetOptions): PaintedFigure {
  const panelWidth = panelWidthFor(drawings, options);
  const style = sheetStyle(panelWidth, options.theme);
  const { gap } = style;
  const { columns: perRow = evenColumns(drawings.length) } = options;
  if (!Number.isInteger(perRow) || perRow < 1)
    throw new AttributionError('option', {
      got: `columns ${perRow}`,
      expected: 'a positive whole number',
      fix: 'Leave it out for 5 at most.',
    });
  const rows = chunks(drawings, perRow);
  const columns = Math.max(...rows.map((row) => row.length));
  const measured = rows.map((row) => ({ row, heights: rowHeights(row, style, panelWidth) }));
  const width = columns * (panelWidth + gap) - gap;
  const height = measured.reduce((sum, { heights }) => sum + panelHeight(heights, style) + gap, -gap);
  const body = (left: number, top: number): Mark[] => {
    let y = top;
    return measured.flatMap(({ row, heights }) => {
      const marks = row.flatMap((drawing, column) =>
        panel(drawing, { x: left + column * (panelWidth + gap), y, width: panelWidth, heights }, style),
      );
      y += panelHeight(heights, style) + gap;
      return marks;
    });
  };
  return page('sheet', { width, height, body }, drawings, options, style);
}

/** The sheet as pixels: `sheet(drawings, options).picture()`. */
export const drawSheet = (drawings: readonly Drawing[], options: SheetOptions): Picture =>
  sheet(drawings, options).picture();

/** The width of a panel, checked. */
export function panelWidthFor(drawings: readonly Drawing[], options: PageOptions, least = 400): number {
  const widest = Math.max(...drawings.map(({ picture }) => picture.width));
  const { panelWidth = widest * Math.ceil(least / widest) } = options;
  if (drawings.length === 0 || !Number.isInteger(panelWidth) || panelWidth < widest)
    throw new AttributionError('option', {
      got: `${drawings.length} drawings, panels of ${panelWidth} pixels`,
      expected: 'a drawing at least, and panels of whole pixels, no narrower than their pictures',
      fix: 'Pass more drawings, or another `panelWidth`.',
    });
  return panelWidth;
}

/** A body with its title, subtitle, small print and margins. */
export function page(
  kind: 'sheet' | 'grid',
  { width, height, body }: Body,
  drawings: readonly Drawing[],
  { title, subtitle, footer, theme = 'light' }: PageOptions,
  style: SheetStyle,
): PaintedFigure {
  const { margin, unit } = style;
  const header = [block(title, style.title, width), block(subtitle, style.subtitle, width)];
  const small = [block(footer, style.caption, width)];
  const [above, below] = [header, small].map((blocks) => heightOf(blocks) && Math.round(6 * unit)) as [number, number]; // two of two
  const top = margin + heightOf(header) + above;
  const scene = {
    width: width + 2 * margin,
    height: Math.round(top + height + below + heightOf(small) + margin),
    paper: style.paper,
    marks: [
      ...writeBlocks(header, margin, margin),
      ...body(margin, top),
      ...writeBlocks(small, margin, top + height + below),
    ],
  };
  const alt = [title, subtitle, ...drawings.map((drawing) => `${drawing.title}: ${drawing.alt}`)];
  const text = alt.filter(Boolean).join('\n');
  return {
    kind,
    title,
    alt: text,
    notes: [...new Set(drawings.flatMap(({ notes }) => notes))],
    width: scene.width,
    height: scene.height,
    theme,
    data: { panels: drawings.map(drawingData) },
    svg: () => sceneSvg(scene, text),
    picture: () => paintScene(scene),
  };
}

const evenColumns = (count: number): number => Math.ceil(count / Math.ceil(count / 5));

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
