import { AttributionError } from '@vitrum/core';
import type { Drawing } from '../drawing';
import { createPicture, type Picture } from '../picture';
import { drawText, type TextStyle, wrapText } from '../text/text';
import { drawPanel, panelHeight, rowHeights } from './panel';
import { sheetStyle } from './style';

export interface SheetOptions {
  /** The line at the top: what was asked, and the answer. */
  title: string;
  /** A smaller line below it: how it was found. */
  subtitle?: string;
  /** Small print at the foot. */
  footer?: string;
  /** Panels beside each other before a new row begins. @defaultValue 5 at most, rows as even as possible */
  columns?: number;
  /** Width of a panel in pixels; text grows with it. @defaultValue the widest picture, enlarged by whole numbers to at least 400 */
  panelWidth?: number;
}

/**
 * Drawings side by side on white paper, each with its title, caption and colour bar with numbers. Pictures are enlarged
 * by whole numbers, so a pixel stays a sharp square.
 * @throws AttributionError 'option' for no drawing, or a panel that is narrower than its picture
 */
export function drawSheet(drawings: readonly Drawing[], options: SheetOptions): Picture {
  const widest = Math.max(...drawings.map(({ picture }) => picture.width));
  const { panelWidth = widest * Math.ceil(400 / widest) } = options;
  if (drawings.length === 0 || panelWidth < widest)
    throw new AttributionError('option', {
      got: `${drawings.length} drawings, panels of ${panelWidth} pixels`,
      expected: 'a drawing at least, and panels no narrower than their pictures',
      fix: 'Pass more drawings, or a larger `panelWidth`.',
    });
  const style = sheetStyle(panelWidth);
  const { margin, gap, unit } = style;
  const rows = chunks(drawings, options.columns ?? evenColumns(drawings.length));
  const columns = Math.max(...rows.map((row) => row.length));
  const width = columns * (panelWidth + gap) - gap;

  const header = [...lines(options.title, style.title, width), ...lines(options.subtitle, style.subtitle, width)];
  const footer = lines(options.footer, style.caption, width);
  const heightOf = (block: readonly Line[]): number => block.reduce((sum, { height }) => sum + height, 0);
  const measured = rows.map((row) => ({ row, heights: rowHeights(row, style, panelWidth) }));
  const body = measured.reduce((sum, { heights }) => sum + panelHeight(heights, style) + gap, -gap);
  const [above, below] = [header.length && Math.round(6 * unit), footer.length && Math.round(6 * unit)];
  const height = Math.round(2 * margin + heightOf(header) + above + body + below + heightOf(footer));

  const sheet = createPicture(width + 2 * margin, height, style.paper);
  let y = writeLines(sheet, header, margin, margin) + above;
  for (const { row, heights } of measured) {
    row.forEach((drawing, column) => {
      drawPanel(sheet, drawing, { x: margin + column * (panelWidth + gap), y, width: panelWidth, heights }, style);
    });
    y += panelHeight(heights, style) + gap;
  }
  writeLines(sheet, footer, margin, y - gap + below);
  return sheet;
}

interface Line {
  readonly text: string;
  readonly style: TextStyle;
  readonly height: number;
}

const lines = (text: string | undefined, style: TextStyle, width: number): Line[] =>
  wrapText(text ?? '', style, width).map((line) => ({ text: line, style, height: Math.round(1.4 * style.size) }));

function writeLines(sheet: Picture, block: readonly Line[], x: number, top: number): number {
  let y = top;
  for (const { text, style, height } of block) {
    drawText(sheet, text, style, { x, baseline: y + Math.round(style.size) });
    y += height;
  }
  return y;
}

const evenColumns = (count: number): number => Math.ceil(count / Math.ceil(count / 5));

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
