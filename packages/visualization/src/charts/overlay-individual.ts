import * as Plot from '@observablehq/plot';
import type { Figure } from '../figure';
import { cssColour } from '../theme';
import { stepsOf } from './series';
import { bands, seriesFigure } from './series-frame';
import type { Series, SeriesOptions } from './types';

/** Each channel as a line of its own over bands of the colours of its attributions; Captum's `overlay_individual`. */
export const overlayIndividual = (series: Series, options: SeriesOptions = {}): Figure =>
  seriesFigure(
    series,
    {
      title: 'When each channel counted',
      panels: ({ channels }) =>
        channels.map((channel) => ({ name: channel.label, height: 76, steps: stepsOf(series, channel) })),
      marks: ({ steps }, _, { ink, paper }) => [
        bands(steps, 0.75),
        Plot.lineY(steps, { x: 'x', y: 'value', stroke: cssColour(paper), strokeWidth: 4, strokeOpacity: 0.8 }),
        Plot.lineY(steps, { x: 'x', y: 'value', stroke: cssColour(ink), strokeWidth: 1.5 }),
      ],
    },
    options,
  );
