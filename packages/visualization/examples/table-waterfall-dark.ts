import type { Figure } from '@vitrum/visualization';
import { waterfall } from '@vitrum/visualization/charts';
import { average, forecast, oneDay } from './data/weather';

/** What the attributions miss has a bar of its own. */
export default function tableWaterfallDark(): Figure {
  return waterfall(oneDay, {
    baselineScore: average,
    score: forecast + 0.9, // as if the method missed some of it
    title: 'A bar for what is not attributed',
    subtitle: 'A linear forecast of the highest temperature of the next day, °C',
    top: 6,
    theme: 'dark',
  });
}
