import { matMul, relu, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { attribute, contrast, layer, tap, useBackend } from '@vitrum/core';
import { integratedGradients } from '@vitrum/gradient-methods';

await useBackend(wasm());

// A LayersModel, a GraphModel or, as here, a function of tensors: two numbers in, the scores of two classes out.
const weights = tensor2d([1, 3, 2, 0], [2, 2]);
const model = (x: Tensor2D) => matMul(tap('hidden', relu(x)), weights);
const x = tensor2d([[2, 3]]);

const why = await attribute(model, x, { method: integratedGradients() });
export const shares: ArrayLike<number> = await why.values.data(); // 2, 6: of the 8 of class 0, which is the predicted one

const rather = await attribute(model, x, {
  method: integratedGradients({ steps: 20 }), // how
  target: contrast(0, 1), // what: class 0 rather than class 1
  at: layer('hidden'), // where
  baseline: tensor2d([[1, 0]]), // against what
});
export const difference: ArrayLike<number> = await rather.values.data(); // -2, 6

why.dispose();
rather.dispose();
