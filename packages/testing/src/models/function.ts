import { dispose, keep, matMul, relu, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { layer, tap } from '@vitrum/core';
import { seeded } from '../seeded';
import { classes, type Toy } from './toy';

/** Two matrix products with ReLU between them, as a plain function. */
export function functionToy(): Toy {
  // Two dims each, by construction.
  const weights = [seeded(300, [5, 6]), seeded(301, [6, classes])].map((weight) => keep(weight)) as Tensor2D[];
  const [first, last] = weights as [Tensor2D, Tensor2D]; // made just above
  const values = (inputs: Tensor) => tidy(() => relu(matMul(inputs as Tensor2D, first))); // its inputs have two dims
  const model = (inputs: Tensor): Tensor => tidy(() => matMul(tap('hidden', values(inputs)) as Tensor2D, last)); // as before
  return {
    name: 'a plain function',
    model,
    inputShape: [5],
    hidden: { site: layer('hidden'), shape: [6], index: [1], values },
    predict: model,
    dispose: () => dispose(weights),
  };
}
