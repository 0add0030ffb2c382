import type { AttributionMethod } from '@vitrum/core';
import {
  deconvolution,
  deepLift,
  deepLiftShap,
  gradient,
  gradientShap,
  guidedBackprop,
  inputXGradient,
  integratedGradients,
  lrp,
  saliency,
  smoothGrad,
  smoothGradSquared,
  varGrad,
} from '@vitrum/gradient-methods';
import { activation, gradCam, guidedGradCam } from '@vitrum/layer-methods';
import { featureAblation, occlusion } from '@vitrum/perturbation-methods';

/** Makes a method from options that came as data: of a command line, a form, a file. The method checks them. */
export type MethodFactory = (options?: object) => AttributionMethod;

/** Makes a method out of another. */
export type WrapperFactory = (method: AttributionMethod, options?: object) => AttributionMethod;

// Options that come as data have no static type; each method says what is wrong with them.
const byName = (make: (options: never) => AttributionMethod): MethodFactory => make as MethodFactory;

/** Every method by name. */
export const methods: Readonly<Record<string, MethodFactory>> = {
  activation: byName(activation),
  deconvolution: byName(deconvolution),
  deepLift: byName(deepLift),
  deepLiftShap: byName(deepLiftShap),
  featureAblation: byName(featureAblation),
  gradCam: byName(gradCam),
  gradient: byName(gradient),
  gradientShap: byName(gradientShap),
  guidedBackprop: byName(guidedBackprop),
  guidedGradCam: byName(guidedGradCam),
  inputXGradient: byName(inputXGradient),
  integratedGradients: byName(integratedGradients),
  lrp: byName(lrp),
  occlusion: byName(occlusion),
  saliency: byName(saliency),
};

/** Every method of methods by name. */
export const wrappers: Readonly<Record<string, WrapperFactory>> = { smoothGrad, smoothGradSquared, varGrad };
