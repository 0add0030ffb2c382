import {
  add,
  avgPool,
  batchNorm,
  conv2d,
  keep,
  matMul,
  maxPool,
  mean,
  mul,
  relu,
  reshape,
  softmax,
  split,
  type Tensor,
  type Tensor4D,
  tanh,
  tensor,
  transpose,
} from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { seededRandom } from '@vitrum/core';

/** A small model and something to ask it, from [rows, …] to [rows, 10]. */
export interface SmallModel {
  readonly run: (x: Tensor) => Tensor;
  readonly x: Tensor;
  dispose(): void;
}

type Weights = (shape: readonly number[]) => Tensor;

/** A function over weights that are the same in every run. */
function fromWeights(inputShape: readonly number[], make: (weights: Weights) => (x: Tensor) => Tensor): SmallModel {
  const random = seededRandom(1);
  const made: Tensor[] = [];
  const weights: Weights = (shape) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const fanIn = Math.max(1, size / (shape.at(-1) ?? 1));
    const values = random.normal({ example: 0, sample: made.length, tensor: 0 }, size);
    const weight = keep(
      tensor(
        Float32Array.from(values, (value) => value / Math.sqrt(fanIn)),
        [...shape],
      ),
    );
    made.push(weight);
    return weight;
  };
  const run = make(weights);
  const x = weights(inputShape);
  return {
    run,
    x,
    dispose: () => {
      for (const tensor of made) tensor.dispose();
    },
  };
}

/** Models of each common kind, by name. */
export const smallModels: Readonly<Record<string, () => SmallModel>> = {
  'perceptron of 3 layers, 32 rows': () =>
    fromWeights([32, 256], (weights) => {
      const [w1, w2, w3] = [weights([256, 256]), weights([256, 256]), weights([256, 10])];
      return (x) => matMul(relu(matMul(relu(matMul(x, w1)), w2)), w3);
    }),
  'convolutions of operations, 8 × 32 × 32 × 3': () =>
    fromWeights([8, 32, 32, 3], (weights) => {
      const [k1, k2, k3, w] = [
        weights([3, 3, 3, 16]) as Tensor4D,
        weights([3, 3, 16, 32]) as Tensor4D,
        weights([3, 3, 32, 64]) as Tensor4D,
        weights([64, 10]),
      ];
      return (x) => {
        const one = relu(conv2d(x as Tensor4D, k1, 1, 'same'));
        const two = relu(conv2d(one, k2, 2, 'same'));
        const three = relu(conv2d(two, k3, 1, 'valid'));
        return matMul(mean(three, [1, 2]), w);
      };
    }),
  'convolutions of layers, 8 × 32 × 32 × 3': () => {
    const model = sequential({
      layers: [
        layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu', padding: 'same', inputShape: [32, 32, 3] }),
        layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', padding: 'same', strides: 2 }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 10 }),
      ],
    });
    const input = fromWeights([8, 32, 32, 3], () => (x) => x);
    return {
      run: (x) => model.apply(x, { training: false }) as Tensor, // one output, of tensors
      x: input.x,
      dispose: () => {
        input.dispose();
        model.dispose();
      },
    };
  },
  'pools and normalisation, 8 × 32 × 32 × 16': () =>
    fromWeights([8, 32, 32, 16], (weights) => {
      const [average, scale, w] = [weights([16]), weights([16]), weights([16, 10])];
      const variance = mul(scale, scale);
      return (x) => {
        const normal = batchNorm(x as Tensor4D, average as never, variance as never, undefined, scale as never);
        const pooled = avgPool(maxPool(relu(normal), 2, 2, 'valid'), 2, 2, 'valid');
        return matMul(mean(pooled, [1, 2]), w);
      };
    }),
  'attention of 4 heads, 4 × 32 × 64': () =>
    fromWeights([4, 32, 64], (weights) => {
      const [wq, wk, wv, wo, w] = [64, 64, 64, 64, 10].map((units) => weights([64, units]));
      const project = (x: Tensor, w: Tensor | undefined) =>
        reshape(matMul(reshape(x, [-1, 64]), w as Tensor), [-1, 32, 64]);
      const heads = (x: Tensor) => transpose(reshape(x, [-1, 32, 4, 16]), [0, 2, 1, 3]);
      return (x) => {
        const [q, k, v] = [wq, wk, wv].map((w) => heads(project(x, w))) as [Tensor, Tensor, Tensor];
        const mixed = matMul(softmax(mul(matMul(q, k, false, true), 0.25)), v);
        const joined = reshape(transpose(mixed, [0, 2, 1, 3]), [-1, 32, 64]);
        return matMul(mean(add(project(joined, wo), x), 1), w as Tensor);
      };
    }),
  'recurrence of 16 steps, 8 rows': () =>
    fromWeights([8, 16, 16], (weights) => {
      const [wx, wh, w] = [weights([16, 32]), weights([32, 32]), weights([32, 10])];
      return (x) => {
        const steps = split(x, 16, 1).map((step) => reshape(step, [-1, 16]));
        const last = steps.reduce<Tensor | undefined>((h, step) => {
          const fromInput = matMul(step, wx);
          return tanh(h ? add(fromInput, matMul(h, wh)) : fromInput);
        }, undefined);
        return matMul(last as Tensor, w); // there is a first step
      };
    }),
};
