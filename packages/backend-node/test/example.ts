import { square, tensor1d } from '@tensorflow/tfjs-core';
import { node } from '@vitrum/backend-node';
import { useBackend } from '@vitrum/core';

await useBackend(node()); // from here on TensorFlow.js, and every attribution, runs in native TensorFlow
export const squares: ArrayLike<number> = await square(tensor1d([2, 3])).data(); // 4, 9
