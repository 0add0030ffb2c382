import { blendedHeatMap, heatMap, original, type PaintedFigure, sheet } from '@vitrum/visualization';
import { catMap, photograph, spread } from './data/cat';

/** On dark paper zero is dark, and strength is light. */
export default async function imageDark(): Promise<PaintedFigure> {
  const map = spread(await catMap('occlusion'), 224);
  const theme = 'dark';
  return sheet(
    [
      original(photograph),
      heatMap(map, { theme }),
      heatMap(map, { theme, sign: 'absolute' }),
      blendedHeatMap(map, photograph, { theme }),
    ],
    { title: 'Why “tiger cat”?', subtitle: 'Occlusion, on dark paper', panelWidth: 224, theme },
  );
}
