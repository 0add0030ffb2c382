export { activation } from './activation';
export { type GradCamOptions, gradCam } from './grad-cam';
export { type GuidedGradCamOptions, guidedGradCam } from './guided-grad-cam';
export { type InterpolateMode, type InterpolateOptions, interpolate } from './interpolate';
