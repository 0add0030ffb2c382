export { gradient } from './gradient';
export { inputXGradient } from './input-x-gradient';
export { type IntegratedGradientsOptions, integratedGradients } from './integrated-gradients';
export { saliency } from './saliency';
