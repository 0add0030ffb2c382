import { square, tensor1d } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { useBackend } from '@vitrum/core';

await useBackend(wasm()); // from here on TensorFlow.js, and every attribution, runs on WebAssembly
export const squares: ArrayLike<number> = await square(tensor1d([2, 3])).data(); // 4, 9
