import {
  alphaScaling,
  blendedHeatMap,
  heatMap,
  maskedImage,
  original,
  type PaintedFigure,
  sheet,
} from '@vitrum/visualization';
import { catMap, photograph } from './data/cat';

/** The five ways of Captum to draw one attribution. */
export default async function imageMethods(): Promise<PaintedFigure> {
  const map = await catMap('integrated-gradients');
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
      subtitle: 'EfficientNet-Lite0, Integrated Gradients with 100 steps from mid-grey',
      panelWidth: 224,
    },
  );
}
