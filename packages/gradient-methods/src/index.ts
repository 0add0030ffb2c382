export { type BackpropagationOptions, backpropagation } from './backpropagation';
export { deconvolution } from './deconvolution';
export { gradient } from './gradient';
export { guidedBackprop } from './guided-backprop';
export { inputXGradient } from './input-x-gradient';
export { type IntegratedGradientsOptions, integratedGradients } from './integrated-gradients';
export * from './lrp';
export type { RectifierOptions } from './rectifiers';
export { saliency } from './saliency';
