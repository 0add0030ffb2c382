import { square, tensor1d } from '@tensorflow/tfjs-core';
import { cpu } from '@vitrum/backend-cpu';
import { useBackend } from '@vitrum/core';

await useBackend(cpu()); // from here on TensorFlow.js, and every attribution, runs in plain JavaScript
export const squares: ArrayLike<number> = await square(tensor1d([2, 3])).data(); // 4, 9
