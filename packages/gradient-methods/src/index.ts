export { type BackpropagationOptions, backpropagation } from './backpropagation';
export { deconvolution } from './deconvolution';
export { type DeepLiftOptions, deepLift } from './deep-lift/deep-lift';
export { gradient } from './gradient';
export { guidedBackprop } from './guided-backprop';
export { inputXGradient } from './input-x-gradient';
export { type IntegratedGradientsOptions, integratedGradients } from './integrated-gradients';
export type { RectifierOptions } from './rectifiers';
export { saliency } from './saliency';
