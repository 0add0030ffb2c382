import { functionToy } from './function';
import { graphToy } from './graph';
import { convolutionToy, denseToy } from './layers';
import type { Toy } from './toy';

export { describeModels, type ModelCase, ofFunction, ofGraph, ofLayers, weighedOutputs } from './describe-model';
export {
  type DirectionalDerivative,
  type DirectionalOptions,
  directionalCheck,
  directionalDerivatives,
} from './directional';
export { type GraphBuilder, graph, spelled } from './graph-builder';
export { weigh } from './layers';
export type { Toy } from './toy';
export { convolutionToy, denseToy, functionToy, graphToy };

export type ToyName = 'dense' | 'convolution' | 'graph' | 'function';

/** Every kind of toy model. */
export const toys: Readonly<Record<ToyName, () => Toy>> = {
  dense: denseToy,
  convolution: convolutionToy,
  graph: graphToy,
  function: functionToy,
};
