import type { Markish, PlotOptions } from '@observablehq/plot';
import * as Plot from '@observablehq/plot';
import { AttributionError } from '@vitrum/core';
import { colourScale, defaultColours, positionOf } from '../colours';
import { notesFor } from '../drawing';
import type { Figure, Json } from '../figure';
import { captionFor } from '../heat-map';
import { normalize, type Sign, sharedLimit } from '../normalize';
import { assertWidth } from '../options';
import { shortest, summaryData } from '../sheet/drawing-data';
import { formatNumber } from '../sheet/number-format';
import { sentences, summarize } from '../summary';
import { type ThemeColours, themeColours } from '../theme';
import { chartPage, type NamedChart, pageMargin } from './page';
import { chart } from './plot';
import { type Step, stepsOf } from './series';
import type { Series, SeriesOptions } from './types';

/** A step with the colour of its attribution. */
export interface ColouredStep extends Step {
  readonly colour: string;
}

/** One panel of a figure of a series. */
interface Panel {
  readonly name?: string;
  readonly height: number;
  readonly steps: readonly ColouredStep[];
}

/** What is drawn into the panels, and of which attributions the bands and lines take their colours. */
export interface SeriesDrawing {
  readonly title: string;
  /** Panels of a series, before they have colours. */
  readonly panels: (series: Series) => readonly (Omit<Panel, 'steps'> & { readonly steps: readonly Step[] })[];
  readonly marks: (panel: Panel, series: Series, theme: ThemeColours) => readonly Markish[];
  readonly marginRight?: (series: Series) => number;
}

/** A series in panels with one scale of colours and one of time. */
export function seriesFigure(series: Series, drawing: SeriesDrawing, options: SeriesOptions): Figure {
  const { sign = 'all', limit: wanted, theme = 'light', width = 760, xLabel = 'step' } = options;
  assertWidth(width);
  if (series.channels.length === 0)
    throw new AttributionError('inputs', {
      got: 'no channel',
      expected: 'one at least',
      fix: 'Pass `{ channels: [{ label, values, attributions }] }`.',
    });
  const bare = drawing.panels(series);
  const all = bare.map(({ steps }) => ({ values: steps.map(({ attribution }) => attribution) }));
  const limit = sharedLimit(all, { sign, limit: wanted ?? 'mass' });
  const colours = defaultColours(sign, theme);
  const panels = bare.map((panel, at): Panel => {
    const { strengths } = normalize(all[at] ?? { values: [] }, { sign, limit });
    const steps = panel.steps.map((step, index) => ({
      ...step,
      colour: colours(positionOf[sign](strengths[index] ?? 0)),
    }));
    return { ...panel, steps };
  });
  const marginRight = drawing.marginRight?.(series) ?? 8;
  const charts = panels.map((panel, at): NamedChart => {
    const last = at === panels.length - 1;
    const marks = drawing.marks(panel, series, themeColours(theme));
    const frame = { width: width - 2 * pageMargin, height: panel.height + (last ? 44 : 12), marginRight };
    const plot = chart({ ...frameOptions(panel, last, xLabel), ...frame, marks: [...marks] }, themeColours(theme));
    return { ...(panel.name !== undefined && { name: panel.name }), chart: plot };
  });
  const kind = 'time-series';
  const scale = colourScale(sign, limit, colours);
  const { title = drawing.title } = options;
  const { alt, data } = inWords(series, xLabel, limit, sign);
  const notes = notesFor(sign, limit);
  return chartPage({ kind, title, scale, caption: captionFor(sign, {}), charts, alt, notes, data }, options);
}

function frameOptions({ steps }: Panel, last: boolean, xLabel: string): PlotOptions {
  return {
    marginLeft: 48,
    marginTop: 6,
    marginBottom: last ? 38 : 6,
    x: {
      domain: [steps[0]?.from ?? 0, steps.at(-1)?.to ?? 1],
      axis: last ? 'bottom' : null,
      label: xLabel,
      labelAnchor: 'center',
      labelOffset: 34,
      labelArrow: 'none',
      tickSize: 4,
    },
    y: { label: null, tickSpacing: 32, tickSize: 0, nice: true, inset: 6 },
  };
}

/** Bands behind everything, one for each step, as wide as the time it stands for. */
export const bands = (steps: readonly ColouredStep[], opacity: number): Markish =>
  Plot.rect(steps, { x1: 'from', x2: 'to', fill: 'colour', fillOpacity: opacity });

function inWords(series: Series, xLabel: string, limit: number, sign: Sign): { alt: string; data: Json } {
  const channels = series.channels.map((channel) => {
    const steps = stepsOf(series, channel);
    const summary = summarize(channel.attributions);
    const place = (index: number): string => `at ${xLabel} ${formatNumber(steps[index]?.x ?? 0)}`;
    return { label: channel.label, steps, summary, alt: `${channel.label}: ${sentences(summary, place)}` };
  });
  const length = channels[0]?.steps.length ?? 0;
  const extent = `${channels.length} ${channels.length === 1 ? 'channel' : 'channels'} of ${length} steps.`;
  const strength = limit > 0 ? `Full strength is ${formatNumber(limit)}.` : '';
  return {
    alt: [`${extent} ${strength}`.trim(), ...channels.map(({ alt }) => alt)].join('\n'),
    data: {
      sign,
      limit,
      channels: channels.map(({ label, steps, summary }) => ({
        label,
        x: steps.map(({ x }) => x),
        values: steps.map(({ value }) => shortest(value)),
        attributions: steps.map(({ attribution }) => shortest(attribution)),
        summary: summaryData(summary),
      })),
    },
  };
}
