import { grid, type PaintedFigure } from '@vitrum/visualization';
import { catMap } from './data/cat';

/** Small multiples: methods × classes × layers. Units differ between methods, so each row has its own scale. */
export default async function gridMethodsClassesLayers(): Promise<PaintedFigure> {
  const methods = ['grad-cam', 'gradient-x-activation', 'integrated-gradients'];
  const columns = ['tiger.block-4', 'tiger.block-10', 'egyptian.block-4', 'egyptian.block-10'];
  const maps = await Promise.all(
    methods.map((method) => Promise.all(columns.map((column) => catMap(`${method}.${column}`)))),
  );
  const parts = ['block 4', 'block 10'];
  return grid(maps, {
    title: 'Tiger cat or Egyptian cat?',
    subtitle: 'Inside EfficientNet-Lite0, which scores the two 9.26 and 9.08',
    rows: ['Grad-CAM', 'Gradient × activation', 'Integrated Gradients'],
    columns: [
      { heading: 'tiger cat', parts },
      { heading: 'Egyptian cat', parts },
    ],
    panelWidth: 168,
  });
}
