import { add, dispose, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
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
  return toy('a dense LayersModel', model, { input: [5], hidden: [6] });
}

/** Convolution, ReLU, maximum pooling, Dense. */
export function convolutionToy(): Toy {
  const model = sequential({
    layers: [
      layers.conv2d({ ...blank, name: 'first', filters: 3, kernelSize: 3, padding: 'same', inputShape: [4, 4, 2] }),
      layers.reLU({ name: 'hidden' }),
      layers.maxPooling2d({ name: 'pool', poolSize: 2 }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ ...blank, name: 'last', units: classes }),
    ],
  });
  return toy('a convolutional LayersModel', model, { input: [4, 4, 2], hidden: [4, 4, 3] });
}

function toy(
  name: string,
  model: LayersModel,
  shapes: { readonly input: readonly number[]; readonly hidden: readonly number[] },
): Toy {
  weigh(model);
  const upTo = model.layers.findIndex((layer) => layer.name === 'hidden') + 1;
  return {
    name,
    model,
    inputShape: shapes.input,
    hidden: {
      site: layer('hidden'),
      shape: shapes.hidden,
      index: shapes.hidden.map(() => 1),
      // A layer that is given a tensor gives one.
      values: (inputs) =>
        tidy(() => model.layers.slice(0, upTo).reduce((x, layer) => layer.apply(x) as Tensor, inputs)),
    },
    predict: (inputs) => model.predict(inputs) as Tensor, // it has one output
    dispose: () => void model.dispose(),
  };
}

/**
 * Gives a model the weights that `seed` stands for and returns it: biases of [−1, 1), kernels of ±1.5 / √(inputs), so that
 * no activation saturates, and variances of [½, 1½).
 */
export function weigh<M extends LayersModel>(model: M, seed = 100): M {
  const weights = tidy(() =>
    model.weights.map(({ originalName, shape }, i) => {
      const values = seeded(seed + i, shape.map(Number));
      if (/variance/.test(originalName)) return add(mul(values, 0.5), 1);
      const inputs = shape.slice(0, -1).reduce<number>((product, size) => product * Number(size), 1);
      return mul(values, Math.min(1, 1.5 / Math.sqrt(inputs)));
    }),
  );
  model.setWeights(weights);
  dispose(weights);
  return model;
}
