import type { Rgb } from '../picture';
import type { TextStyle } from '../text/text';

const ink: Rgb = [23, 25, 31];
const soft: Rgb = [98, 104, 117];

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
}

/** The style for panels of a width in pixels. */
export function sheetStyle(panelWidth: number): SheetStyle {
  const unit = panelWidth / 56;
  return {
    paper: [255, 255, 255],
    line: [222, 225, 231],
    title: { size: 5.5 * unit, weight: 'semibold', colour: ink },
    subtitle: { size: 3 * unit, weight: 'regular', colour: soft },
    panelTitle: { size: 3 * unit, weight: 'semibold', colour: ink },
    caption: { size: 2.5 * unit, weight: 'regular', colour: soft },
    number: { size: 2.4 * unit, weight: 'regular', colour: soft },
    margin: Math.round(8 * unit),
    gap: Math.round(5 * unit),
    unit,
  };
}
