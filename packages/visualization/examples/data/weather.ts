import type { Feature, Series } from '@vitrum/visualization/charts';
import weather from './weather.json' with { type: 'json' };

const { series, table } = weather;
const labels: Record<string, string> = {
  warmest: 'highest temperature, °C',
  coldest: 'lowest temperature, °C',
  rain: 'rain, mm',
  wind: 'wind, m/s',
};

/** Four weeks of Seattle's weather, and what each number did to a linear forecast of the week after them: weight · (value − mean). */
export const fourWeeks: Series = {
  x: Array.from({ length: series.values.length / series.channels.length }, (_, day) => day + 1),
  channels: series.channels.map((name, channel) => {
    const own = series.channels.length;
    const ours = (values: readonly number[]): number[] => values.filter((_, at) => at % own === channel);
    const [values, weights, means] = [ours(series.values), ours(series.weights), ours(series.means)];
    const attributions = values.map((value, day) => (weights[day] ?? 0) * (value - (means[day] ?? 0)));
    return { label: labels[name] ?? name, values, attributions };
  }),
};

/** One day's columns, and what each did to a linear forecast of the next day's highest temperature. */
export const oneDay: readonly Feature[] = Object.entries(table.columns).map(([name, value], at) => ({
  name,
  value,
  attribution: (table.weights[at] ?? 0) * (value - (table.means[at] ?? 0)),
}));

/** The forecast for a day of average numbers. */
export const average: number = table.baselineScore;
/** The forecast for this day. */
export const forecast: number = average + oneDay.reduce((sum, { attribution }) => sum + attribution, 0);
