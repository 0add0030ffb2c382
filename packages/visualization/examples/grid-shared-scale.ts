import { blendedHeatMap, grid, type PaintedFigure } from '@vitrum/visualization';
import { catMap, photograph, spread } from './data/cat';

/** One scale for all: equal colours are equal attributions. A map may be missing. */
export default async function gridSharedScale(): Promise<PaintedFigure> {
  const at = async (name: string) => spread(await catMap(`gradient-x-activation.${name}`), 224);
  return grid(
    [
      [await at('tiger.block-4'), await at('tiger.block-10')],
      [undefined, await at('egyptian.block-10')],
    ],
    {
      title: 'One scale for all',
      rows: ['tiger cat', 'Egyptian cat'],
      columns: ['block 4', 'block 10'],
      share: 'all',
      draw: (map, options) => blendedHeatMap(map, photograph, options),
      panelWidth: 224,
      theme: 'dark',
    },
  );
}
