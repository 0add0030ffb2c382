import * as Plot from '@observablehq/plot';
import type { Figure } from '../figure';
import { cssColour } from '../theme';
import { stepsOf } from './series';
import { type ColouredStep, seriesFigure } from './series-frame';
import type { Series, SeriesOptions } from './types';

/** Each channel as a line that itself has the colours of its attributions; Captum's `colored_graph`. */
export const coloredGraph = (series: Series, options: SeriesOptions = {}): Figure =>
  seriesFigure(
    series,
    {
      title: 'When each channel counted',
      panels: ({ channels }) =>
        channels.map((channel) => ({ name: channel.label, height: 84, steps: stepsOf(series, channel) })),
      // The grey line below shows as a rim, so that zero, the colour of the paper, is still seen.
      marks: ({ steps }, _, { soft }) => [
        Plot.lineY(steps, {
          x: 'x',
          y: 'value',
          stroke: cssColour(soft),
          strokeWidth: 4.6,
          strokeOpacity: 0.6,
          strokeLinecap: 'round',
        }),
        Plot.line(pieces(steps), {
          x: 'x',
          y: 'y',
          z: 'step',
          stroke: 'colour',
          strokeWidth: 3.4,
          strokeLinecap: 'round',
        }),
      ],
    },
    options,
  );

/** The line cut half-way between steps, each piece in the colour of its step. */
const pieces = (steps: readonly ColouredStep[]) =>
  steps.flatMap(({ x, from, to, value, colour }, step) => {
    const half = (other: number | undefined): number => (value + (other ?? value)) / 2;
    return [
      ...(step > 0 ? [{ step, colour, x: from, y: half(steps[step - 1]?.value) }] : []),
      { step, colour, x, y: value },
      ...(step < steps.length - 1 ? [{ step, colour, x: to, y: half(steps[step + 1]?.value) }] : []),
    ];
  });
