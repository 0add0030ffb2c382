import { prod, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { attribute, useBackend } from '@vitrum/core';
import { gradient, integratedGradients } from '@vitrum/gradient-methods';

await useBackend(wasm());
const model = (x: Tensor2D) => prod(x, 1, true); // or a LayersModel, or a GraphModel
const x = tensor2d([[2, 3]]); // S(x) = 6

const slope = await attribute(model, x, { method: gradient() });
export const slopes: ArrayLike<number> = await slope.values.data(); // 3, 2: what a small change of each would do

const why = await attribute(model, x, { method: integratedGradients({ steps: 20 }) });
export const shares: ArrayLike<number> = await why.values.data(); // 3, 3: how the 6 are shared out

slope.dispose();
why.dispose();
