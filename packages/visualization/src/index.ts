export { alphaScaling } from './alpha-scaling';
export {
  type AttributionLike,
  type AttributionMap,
  type AttributionMapOptions,
  attributionMap,
} from './attribution-map';
export { type BlendedHeatMapOptions, blendedHeatMap } from './blended-heat-map';
export { type ColourMap, type ColourScale, defaultColours } from './colours';
export type { Drawing, DrawingOptions, DrawingSource } from './drawing';
export { type Figure, type Json, type PaintedFigure, toJson, toPng } from './figure';
export { type DrawOptions, type GridOptions, grid, type Heading } from './grid/grid';
export { type HeatMapOptions, heatMap } from './heat-map';
export { type Limit, type LimitLike, type LimitName, massLimit, maximumLimit, percentileLimit } from './limits';
export { maskedImage, type OneSign } from './masked-image';
export {
  type Attributions,
  type Normalized,
  type NormalizeOptions,
  normalize,
  type Sign,
  sharedLimit,
} from './normalize';
export { original } from './original';
export {
  createPicture,
  type Photograph,
  type Picture,
  type PictureFromTensorOptions,
  type PictureRange,
  pictureFromTensor,
  type Rgb,
} from './picture';
export { decodePng, encodePng } from './png';
export { drawSheet, type PageOptions, type SheetOptions, sheet } from './sheet/sheet';
export { type Extreme, type Summary, summarize } from './summary';
export type { TensorLike } from './tensor';
export type { Theme } from './theme';
