import type { Figure } from '@vitrum/visualization';
import { overlayIndividual } from '@vitrum/visualization/charts';
import { fourWeeks } from './data/weather';

/** Each channel over bands of its attributions. */
export default function seriesIndividual(): Figure {
  return overlayIndividual(fourWeeks, {
    title: 'Why the next week will be warm',
    subtitle: 'A linear forecast of the mean highest temperature, 17.5 °C against 16.7 °C on average',
    footer: 'Seattle, 17 April to 14 May 2014; NOAA, public domain.',
    xLabel: 'day',
  });
}
