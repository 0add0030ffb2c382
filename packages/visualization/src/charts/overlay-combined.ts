import * as Plot from '@observablehq/plot';
import { schemeDark2, schemeSet2 } from 'd3-scale-chromatic';
import type { Figure } from '../figure';
import { measureText } from '../text/text';
import { cssColour, type ThemeColours, themeColours } from '../theme';
import { chartStyle } from './page';
import { type Step, stepsOf } from './series';
import { bands, seriesFigure } from './series-frame';
import type { Series, SeriesOptions } from './types';

const height = 260;

/**
 * All channels in one chart, named at their ends, over bands of the sum of their attributions; Captum's `overlay_combined`. The
 * channels should have one unit.
 */
export const overlayCombined = (series: Series, options: SeriesOptions = {}): Figure =>
  seriesFigure(
    series,
    {
      title: 'When the channels together counted',
      panels: () => [{ height, steps: summed(series) }],
      marks: ({ steps }, { channels }, theme) => {
        const lines = channels.map((channel, at) => {
          const points = stepsOf(series, channel);
          return { label: channel.label, points, colour: hue(at, theme) };
        });
        return [
          bands(steps, 0.5),
          ...lines.flatMap(({ points, colour }) => [
            Plot.lineY(points, {
              x: 'x',
              y: 'value',
              stroke: cssColour(theme.paper),
              strokeWidth: 4.5,
              strokeOpacity: 0.8,
            }),
            Plot.lineY(points, { x: 'x', y: 'value', stroke: colour, strokeWidth: 2 }),
          ]),
          ...apart(lines).map(({ label, colour, x, y }) =>
            Plot.text([{ x, y }], {
              x: 'x',
              y: 'y',
              text: [label],
              fill: colour,
              textAnchor: 'start',
              dx: 10,
              fontWeight: 600,
            }),
          ),
        ];
      },
      marginRight: ({ channels }) =>
        24 + Math.max(...channels.map(({ label }) => measureText(label, chartStyle('light').panelTitle))),
    },
    options,
  );

/** The steps with the attributions of all channels added up. */
function summed(series: Series): readonly Step[] {
  const all = series.channels.map((channel) => stepsOf(series, channel));
  return (all[0] ?? []).map((step, index) => ({
    ...step,
    attribution: all.reduce((sum, steps) => sum + (steps[index]?.attribution ?? 0), 0),
  }));
}

/** Colours of lines, none of them the red or blue of attributions. */
const hue = (index: number, theme: ThemeColours): string => {
  const scheme = theme === themeColours('dark') ? schemeSet2 : schemeDark2;
  return scheme[index % scheme.length] ?? cssColour(theme.ink);
};

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly Step[];
}

/** Names at the ends of lines, moved down where they would lie on each other: 14 pixels of the chart's height at least. */
function apart(lines: readonly Line[]) {
  // Not `Math.max(...values)`, which takes only so many arguments.
  let [least, largest] = [Infinity, -Infinity];
  for (const { points } of lines)
    for (const { value } of points) [least, largest] = [Math.min(least, value), Math.max(largest, value)];
  const room = ((largest - least) / height) * 17;
  let above = Infinity;
  return lines
    .map(({ label, colour, points }) => ({ label, colour, x: points.at(-1)?.to ?? 0, y: points.at(-1)?.value ?? 0 }))
    .sort((a, b) => b.y - a.y)
    .map((name) => {
      above = Math.min(name.y, above - room);
      return { ...name, y: above };
    });
}
