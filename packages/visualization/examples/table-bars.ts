import type { Figure } from '@vitrum/visualization';
import { bars } from '@vitrum/visualization/charts';
import { oneDay } from './data/weather';

/** The strongest columns, signed; the others are one bar. */
export default function tableBars(): Figure {
  return bars(oneDay, {
    title: 'Why tomorrow will be warm',
    subtitle: 'A linear forecast of the highest temperature, °C',
    footer: 'Seattle, 14 May 2014; NOAA, public domain.',
    top: 6,
  });
}
