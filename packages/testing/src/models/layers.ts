import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { layer } from '@vitrum/core';
import { seeded } from '../seeded';
import { classes, type Toy } from './toy';

// Random initializers would differ from run to run; `weigh` sets the weights anyway.
const blank = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;

/** Dense, ReLU, Dense. */
export function denseToy(): Toy {
  const model = sequential({
    layers: [
      layers.dense({ ...blank, name: 'first', units: 6, inputShape: [5] }),
      layers.reLU({ name: 'hidden' }),
      layers.dense({ ...blank, name: 'last', units: classes }),
    ],
  });
  return toy('a dense LayersModel', model, [5], [6]);
}

/** Convolution, ReLU, maximum pooling, Dense. */
export function convolutionToy(): Toy {
  const model = sequential({
    layers: [
      layers.conv2d({ ...blank, name: 'first', filters: 4, kernelSize: 3, padding: 'same', inputShape: [6, 6, 2] }),
      layers.reLU({ name: 'hidden' }),
      layers.maxPooling2d({ name: 'pool', poolSize: 2 }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ ...blank, name: 'last', units: classes }),
    ],
  });
  return toy('a convolutional LayersModel', model, [6, 6, 2], [6, 6, 4]);
}

function toy(name: string, model: LayersModel, inputShape: readonly number[], hiddenShape: readonly number[]): Toy {
  const weights = model.weights.map((weight, i) => seeded(100 + i, weight.shape.map(Number)));
  model.setWeights(weights);
  dispose(weights);
  return {
    name,
    model,
    inputShape,
    hidden: { site: layer('hidden'), shape: hiddenShape },
    predict: (inputs) => model.predict(inputs) as Tensor, // it has one output
    dispose: () => void model.dispose(),
  };
}
