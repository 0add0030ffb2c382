export { featureAblation } from './feature-ablation';
export { type OcclusionOptions, occlusion } from './occlusion';
export { type PatchesOptions, patches } from './segments/patches';
export { type SegmentedPicture, type SuperpixelsOptions, superpixels } from './segments/superpixels';
