export { type OcclusionOptions, occlusion } from './occlusion';
