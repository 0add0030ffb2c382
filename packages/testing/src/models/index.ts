import { functionToy } from './function';
import { graphToy } from './graph';
import { convolutionToy, denseToy } from './layers';
import type { Toy } from './toy';

export type { Toy } from './toy';
export { convolutionToy, denseToy, functionToy, graphToy };

/** Every kind of toy model. */
export const toys = {
  dense: denseToy,
  convolution: convolutionToy,
  graph: graphToy,
  function: functionToy,
} as const satisfies Record<string, () => Toy>;

export type ToyName = keyof typeof toys;
