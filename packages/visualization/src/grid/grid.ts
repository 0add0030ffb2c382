import { AttributionError } from '@vitrum/core';
import type { AttributionMap } from '../attribution-map';
import type { Drawing, DrawingOptions } from '../drawing';
import type { PaintedFigure } from '../figure';
import { heatMap } from '../heat-map';
import { sharedLimit } from '../normalize';
import { assertOneOf } from '../options';
import { type PageOptions, page, panelWidthFor } from '../sheet/sheet';
import { sheetStyle } from '../sheet/style';
import type { Theme } from '../theme';
import { gridBody } from './layout';

/** The name of a column, or of several beside each other with a name of their own each. */
export type Heading = string | { readonly heading: string; readonly parts: readonly string[] };

export interface GridOptions extends PageOptions, DrawingOptions {
  /** The name of each row. */
  rows: readonly string[];
  /** The names of the columns; `{ heading: 'tiger cat', parts: ['block 3', 'block 10'] }` names two. */
  columns: readonly Heading[];
  /**
   * Which maps have one scale: those of a row, as different methods have different units; all; or none. @defaultValue 'row'
   */
  share?: 'row' | 'all' | 'none';
  /** Draws one map, with the sign, limit and theme of the grid. @defaultValue heatMap */
  draw?: (map: AttributionMap, options: DrawOptions) => Drawing;
}

/** What a grid hands on to the drawing of one map. */
export type DrawOptions = DrawingOptions & { readonly theme: Theme };

/**
 * Small multiples: a map for each row and column, such as methods × classes × layers, on scales that can be compared.
 * @param maps a list for each row; `undefined` where there is none
 * @throws AttributionError 'option' if the maps are not as many as the names, and for a theme, sign, limit or way to share that does not exist
 */
export function grid(maps: readonly (readonly (AttributionMap | undefined)[])[], options: GridOptions): PaintedFigure {
  const { rows, columns, share = 'row', sign = 'all', limit = 'mass', theme = 'light', draw = heatMap } = options;
  assertOneOf('share', share, ['row', 'all', 'none'], "Leave it out for 'row'.");
  const names = columns.flatMap(namesOf);
  assertAsNamed(maps, rows, names);
  const present = (some: readonly (AttributionMap | undefined)[]): AttributionMap[] =>
    some.filter((map) => map !== undefined);
  const common = sharedLimit(present(maps.flat()), { sign, limit });
  const cells = maps.map((row, at) => {
    const shared = share === 'all' ? common : sharedLimit(present(row), { sign, limit });
    return row.map((map, column): Drawing | undefined => {
      if (!map) return undefined;
      const drawing = draw(map, { sign, theme, limit: share === 'none' ? limit : shared });
      return { ...drawing, title: `${rows[at]}, ${names[column]}` };
    });
  });
  const drawings = cells.flat().filter((cell) => cell !== undefined);
  const panelWidth = panelWidthFor(drawings, options, 208);
  const style = sheetStyle(panelWidth, theme);
  return page('grid', gridBody(cells, { rows, columns, share, panelWidth }, style), drawings, options, style);
}

/** The names of the columns below one heading, with it in front. */
const namesOf = (heading: Heading): readonly string[] =>
  typeof heading === 'string' ? [heading] : heading.parts.map((part) => `${heading.heading}, ${part}`);

function assertAsNamed(
  maps: readonly (readonly unknown[])[],
  rows: readonly string[],
  columns: readonly string[],
): void {
  const lengths = [...new Set(maps.map(({ length }) => length))];
  if (maps.length !== rows.length || lengths.some((length) => length !== columns.length))
    throw new AttributionError('option', {
      got: `${maps.length} rows of ${lengths.join(' or ')} maps`,
      expected: `${rows.length} rows of ${columns.length}, as they are named`,
      fix: 'Pass a list of maps for each row, and `undefined` where there is none.',
    });
}
