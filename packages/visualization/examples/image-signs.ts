import { heatMap, type PaintedFigure, sheet } from '@vitrum/visualization';
import { catMap } from './data/cat';

/** The four signs: what raises the score, what lowers it, both, and size alone. */
export default async function imageSigns(): Promise<PaintedFigure> {
  const map = await catMap('occlusion');
  const signs = ['all', 'positive', 'negative', 'absolute'] as const;
  return sheet(
    signs.map((sign) => heatMap(map, { sign })),
    { title: 'Four signs', subtitle: 'Occlusion by windows of 16 × 16 pixels, 8 apart', panelWidth: 224 },
  );
}
