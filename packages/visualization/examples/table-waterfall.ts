import type { Figure } from '@vitrum/visualization';
import { waterfall } from '@vitrum/visualization/charts';
import { average, forecast, oneDay } from './data/weather';

/** From the score of the baseline to the score, a bar for each column. */
export default function tableWaterfall(): Figure {
  return waterfall(oneDay, {
    baselineScore: average,
    score: forecast,
    title: 'From an average day to 14 May',
    subtitle: 'A linear forecast of the highest temperature of the next day, °C',
    top: 6,
  });
}
