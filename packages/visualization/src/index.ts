export { alphaScaling } from './alpha-scaling';
export {
  type AttributionLike,
  type AttributionMap,
  type AttributionMapOptions,
  attributionMap,
} from './attribution-map';
export { type BlendedHeatMapOptions, blendedHeatMap } from './blended-heat-map';
export type { ColourMap, ColourScale } from './colours';
export type { Drawing, DrawingOptions } from './drawing';
export { type HeatMapOptions, heatMap } from './heat-map';
export { maskedImage, type OneSign } from './masked-image';
export { type Limit, massLimit, type Normalized, type NormalizeOptions, normalize, type Sign } from './normalize';
export { original } from './original';
export { createPicture, type Picture, type PictureFromTensorOptions, pictureFromTensor, type Rgb } from './picture';
export { decodePng, encodePng } from './png';
export { drawSheet, type SheetOptions } from './sheet/sheet';
export type { TensorLike } from './tensor';
