import { heatMap, massLimit, type PaintedFigure, sheet } from '@vitrum/visualization';
import { catMap } from './data/cat';

/** What is drawn at full strength: by mass as Captum does, by percentile, the largest, or a number. */
export default async function imageLimits(): Promise<PaintedFigure> {
  const map = await catMap('integrated-gradients');
  return sheet(
    [
      { ...heatMap(map), title: "'mass'", caption: 'the largest, 2 % of the sum, are cut' },
      { ...heatMap(map, { limit: massLimit(20) }), title: 'massLimit(20)', caption: '20 % of the sum are cut' },
      { ...heatMap(map, { limit: 'percentile' }), title: "'percentile'", caption: '1 % of the pixels are cut' },
      { ...heatMap(map, { limit: 'maximum' }), title: "'maximum'", caption: 'none is cut' },
      { ...heatMap(map, { limit: 0.01 }), title: '0.01', caption: 'a number of your own' },
    ],
    { title: 'Five limits of one attribution', panelWidth: 224 },
  );
}
