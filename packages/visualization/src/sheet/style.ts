import type { Rgb } from '../picture';
import type { TextStyle } from '../text/text';
import { type Theme, themeColours } from '../theme';

/** Colours and measures of a sheet, in pixels; all grow with the panel. */
export interface SheetStyle {
  readonly paper: Rgb;
  readonly line: Rgb;
  readonly title: TextStyle;
  readonly subtitle: TextStyle;
  readonly panelTitle: TextStyle;
  readonly caption: TextStyle;
  readonly number: TextStyle;
  /** Around everything. */
  readonly margin: number;
  /** Between panels. */
  readonly gap: number;
  /** The smallest distance; other distances are multiples of it. */
  readonly unit: number;
  /** The thickness of frames. */
  readonly edge: number;
}

/** The style for panels of a width in pixels. */
export function sheetStyle(panelWidth: number, theme: Theme = 'light'): SheetStyle {
  const unit = panelWidth / 56;
  const { paper, line, ink, soft } = themeColours(theme);
  return {
    paper,
    line,
    title: { size: 5.5 * unit, weight: 'semibold', colour: ink },
    subtitle: { size: 3 * unit, weight: 'regular', colour: soft },
    panelTitle: { size: 3 * unit, weight: 'semibold', colour: ink },
    caption: { size: 2.5 * unit, weight: 'regular', colour: soft },
    number: { size: 2.4 * unit, weight: 'regular', colour: soft },
    margin: Math.round(8 * unit),
    gap: Math.round(5 * unit),
    unit,
    edge: Math.max(1, Math.round(unit / 8)),
  };
}
