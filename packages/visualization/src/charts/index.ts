export { bars } from './bars';
export { coloredGraph } from './colored-graph';
export { type FeaturesOptions, features } from './features';
export { overlayCombined } from './overlay-combined';
export { overlayIndividual } from './overlay-individual';
export { type TimeSeriesOptions, timeSeries } from './series';
export type {
  BarsOptions,
  Channel,
  ChartOptions,
  Feature,
  Series,
  SeriesOptions,
  WaterfallOptions,
} from './types';
export { waterfall } from './waterfall';
