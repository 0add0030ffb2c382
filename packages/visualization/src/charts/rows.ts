import * as Plot from '@observablehq/plot';
import { defaultColours } from '../colours';
import { measureText, type TextStyle } from '../text/text';
import { cssColour, type Theme, themeColours } from '../theme';
import { chartStyle, type NamedChart, pageMargin } from './page';
import { chart } from './plot';

/** A horizontal bar with its name at the left and its number at its end. */
export interface Row {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Grey instead of red or blue: what is not one feature. */
  readonly quiet?: boolean;
  /** A mark at `to` instead of a bar. */
  readonly mark?: boolean;
}

const rowHeight = 30;

/** The style of names. */
export const nameStyle = (theme: Theme): TextStyle =>
  Object.assign({}, chartStyle(theme).panelTitle, { weight: 'regular' as const });

/** Bars below each other, from the first row down. */
export function rowChart(
  rows: readonly Row[],
  { width, theme, label, zero }: { width: number; theme: Theme; label: string; zero: boolean },
): NamedChart {
  const colours = themeColours(theme);
  const [ink, soft, line] = [colours.ink, colours.soft, colours.line].map(cssColour) as [string, string, string]; // three of three
  const scale = defaultColours('all', theme);
  const names = Math.max(...rows.map((row) => measureText(row.label, nameStyle(theme))));
  const ends = rows.flatMap(({ from, to }) => [from, to]);
  const room = 14 + Math.max(...rows.map(({ text }) => measureText(text, chartStyle(theme).number)));
  const placed = rows.map((row, at) => ({ ...row, at }));
  const bars = placed.filter(({ mark }) => !mark);
  const rises = ({ from, to }: Row): boolean => to >= from;
  const fill = (row: Row): string => (row.quiet ? soft : scale(rises(row) ? 0.9 : 0.1));
  const links = placed.slice(1).map((row) => ({ x: row.mark ? row.to : row.from, at: row.at - 0.5 }));
  const height = rows.length * rowHeight + 52;
  const plot = chart(
    {
      width: width - 2 * pageMargin,
      height,
      marginLeft: Math.ceil(1.1 * names) + 14, // another font than Inter may be wider
      marginTop: 8,
      marginBottom: 44,
      marginRight: 8,
      x: { insetLeft: ends.some((end) => end < 0) || !zero ? room : 0, insetRight: room, grid: false, label: null },
      y: { axis: null, domain: [rows.length - 0.5, -0.5] },
      marks: [
        Plot.gridX({ stroke: line, strokeOpacity: 1 }),
        Plot.axisX({ label, labelAnchor: 'center', labelArrow: 'none', labelOffset: 36, tickSize: 0, ticks: 6 }),
        ...(zero
          ? [Plot.ruleX([0], { stroke: soft, strokeWidth: 1 })]
          : [
              Plot.link(links, {
                x1: 'x',
                x2: 'x',
                y1: (d: Link) => d.at - 0.18,
                y2: (d: Link) => d.at + 0.18,
                stroke: soft,
              }),
            ]),
        Plot.rect(bars, { x1: 'from', x2: 'to', y1: (d) => d.at - 0.32, y2: (d) => d.at + 0.32, fill, rx: 2 }),
        Plot.ruleX(
          placed.filter(({ mark }) => mark),
          { x: 'to', y1: (d) => d.at - 0.36, y2: (d) => d.at + 0.36, stroke: ink, strokeWidth: 3 },
        ),
        ...[true, false].map((rise) =>
          Plot.text(
            placed.filter((row) => rises(row) === rise),
            { x: 'to', y: 'at', text: 'text', textAnchor: rise ? 'start' : 'end', dx: rise ? 6 : -6, fill: ink },
          ),
        ),
        Plot.text(placed, {
          y: 'at',
          text: 'label',
          frameAnchor: 'left',
          textAnchor: 'end',
          dx: -10,
          fill: ink,
          fontSize: 12.5,
        }),
      ],
    },
    colours,
  );
  return { chart: plot };
}

interface Link {
  readonly x: number;
  readonly at: number;
}
