export { chelsea, chelsea224 } from './files';
export { labels } from './labels';
export { type LoadOptions, loadEfficientNetLite0 } from './load';
export { crop, type Pixels, preprocess } from './preprocess';
export { type RgbPixels, resizeBicubic } from './resize';
export { type Prediction, top } from './top';
