import {
  alphaScaling,
  blendedHeatMap,
  heatMap,
  maskedImage,
  original,
  type PaintedFigure,
  sheet,
} from '@vitrum/visualization';
import { catMap, photograph, spread } from './data/cat';

/** The five ways of Captum to draw one attribution. */
export default async function imageMethods(): Promise<PaintedFigure> {
  const map = spread(await catMap('occlusion'), 224);
  return sheet(
    [
      original(photograph),
      heatMap(map),
      blendedHeatMap(map, photograph),
      maskedImage(map, photograph),
      alphaScaling(map, photograph),
    ],
    {
      title: 'Why “tiger cat”?',
      subtitle: 'EfficientNet-Lite0, Occlusion by windows of 16 × 16 pixels, 8 apart',
      panelWidth: 224,
    },
  );
}
