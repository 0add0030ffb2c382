import { max, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { attribute, useBackend } from '@vitrum/core';
import { featureAblation, occlusion } from '@vitrum/perturbation-methods';

await useBackend(wasm());
const picture = tensor4d([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [1, 4, 4, 1]); // a bright square, top right
const model = (x: Tensor4D) => max(x, [1, 2, 3]); // how bright is the brightest? Or a LayersModel, or a GraphModel

const covered = await attribute(model, picture, { method: occlusion({ window: [2, 2, 1], strides: [2, 2, 1] }) });
export const squares: ArrayLike<number> = await covered.values.data(); // 1 in the bright square, 0 elsewhere

const halves = tensor4d([0, 0, 1, 1], [1, 1, 4, 1], 'int32'); // columns 0 and 1 are one feature, 2 and 3 another
const without = await attribute(model, picture, { method: featureAblation(), features: halves });
export const sides: ArrayLike<number> = await without.values.data(); // 0 on the left, 1 on the right

covered.dispose();
without.dispose();
