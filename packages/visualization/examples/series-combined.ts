import type { Figure } from '@vitrum/visualization';
import { overlayCombined } from '@vitrum/visualization/charts';
import { fourWeeks } from './data/weather';

/** Channels of one unit together, over bands of the sum of their attributions. */
export default function seriesCombined(): Figure {
  const [warmest, coldest] = fourWeeks.channels.map((channel, at) => ({
    ...channel,
    label: ['highest', 'lowest'][at] ?? '',
  }));
  const channels = [warmest, coldest].filter((channel) => channel !== undefined);
  return overlayCombined(
    { ...fourWeeks, channels },
    { title: 'Which temperatures counted', subtitle: '°C, highest and lowest of the day', xLabel: 'day' },
  );
}
