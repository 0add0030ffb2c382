import { heatMap, maskedImage, original, type PaintedFigure, sheet } from '@vitrum/visualization';
import { photograph } from './data/cat';

/** An attribution of zeros is drawn as zero and said to be. */
export default async function imageZero(): Promise<PaintedFigure> {
  const { width, height } = photograph;
  const map = { width, height, values: new Float32Array(width * height) };
  return sheet([original(photograph), heatMap(map), maskedImage(map, photograph)], {
    title: 'Nothing counts',
    panelWidth: 224,
  });
}
