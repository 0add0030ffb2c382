import { avgPool, mean, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { attribute, layer, tap, useBackend } from '@vitrum/core';
import { gradCam, interpolate } from '@vitrum/layer-methods';

await useBackend(wasm());
const picture = tensor4d([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [1, 4, 4, 1]); // a bright square, top right
// Or a LayersModel, whose layers have names, or a GraphModel, whose nodes have.
const model = (x: Tensor4D) => mean(tap('features', avgPool(x, 2, 2, 'valid')), [1, 2]);

const why = await attribute(model, picture, { method: gradCam(), at: layer('features') }); // values: [1, 2, 2, 1]
const map = interpolate(why.values, [4, 4]);
export const evidence: ArrayLike<number> = await map.data(); // 0.25 on the bright square, 0 elsewhere

why.dispose();
map.dispose();
