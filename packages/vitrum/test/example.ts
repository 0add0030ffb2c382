import { prod, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { attribute, useBackend } from '@vitrum/core';
import { methods } from 'vitrum/methods';

await useBackend(wasm());
const asked = JSON.parse('{ "name": "integratedGradients", "options": { "steps": 20 } }');
const method = methods[asked.name]?.(asked.options);
if (!method) throw new Error(`There is no method ${asked.name}; there are ${Object.keys(methods)}.`);

const why = await attribute((x: Tensor2D) => prod(x, 1, true), tensor2d([[2, 3]]), { method });
export const shares: ArrayLike<number> = await why.values.data(); // 3, 3
why.dispose();
