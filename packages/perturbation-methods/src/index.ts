export { featureAblation } from './feature-ablation';
export { type OcclusionOptions, occlusion } from './occlusion';
