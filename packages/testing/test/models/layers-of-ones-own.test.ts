import {
  add,
  customGrad,
  matMul,
  mul,
  round,
  serialization,
  sigmoid,
  split,
  square,
  sub,
  type Tensor,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import {
  model as functional,
  initializers,
  input,
  type SymbolicTensor,
  sequential,
  layers as tfl,
} from '@tensorflow/tfjs-layers';
import { attribute, layer } from '@vitrum/core';
import { gradient } from '@vitrum/gradient-methods';
import { beforeAll, describe, expect, test } from 'vitest';
import { closeTo, openBackend, seeded } from '../../src';
import { describeModels, type ModelCase, ofLayers, own, weigh } from '../../src/internal';

// Random initializers would differ from run to run; `weigh` sets the weights anyway.
const blank = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;
const dense = (units: number, name: string) => tfl.dense({ ...blank, units, name, activation: 'tanh' });
const apply = (layer: tfl.Layer, ...inputs: SymbolicTensor[]) =>
  layer.apply(inputs.length > 1 ? inputs : (inputs[0] as SymbolicTensor)) as SymbolicTensor; // symbolic in, symbolic out

/** y = x σ(xW): a registered class with a weight. */
class Gate extends tfl.Layer {
  static className = 'Gate';
  override build([, size = 1]: number[]): void {
    this.addWeight('kernel', [size, size], 'float32', initializers.zeros());
    this.built = true;
  }
  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [x] = [inputs].flat() as [Tensor2D]; // two dims, by the layer before
      const [kernel] = this.weights.map((weight) => weight.read() as Tensor2D); // made in `build`
      return mul(x, sigmoid(matMul(x, kernel as Tensor2D)));
    });
  }
}
serialization.registerClass(Gate);

type Shape = (number | null)[];

/** Any function of one tensor. */
class Lambda extends tfl.Layer {
  static className = 'Lambda';
  private readonly compute: (x: Tensor) => Tensor | Tensor[];
  private readonly shapes: (shape: Shape) => Shape | Shape[];
  constructor(
    compute: (x: Tensor) => Tensor | Tensor[],
    args: { name?: string } = {},
    shapes: (shape: Shape) => Shape | Shape[] = (shape) => shape,
  ) {
    super(args);
    this.compute = compute;
    this.shapes = shapes;
  }
  override computeOutputShape(shape: Shape): Shape | Shape[] {
    return this.shapes(shape);
  }
  override call(inputs: Tensor | Tensor[]): Tensor | Tensor[] {
    return this.compute([inputs].flat()[0] as Tensor); // it is given one
  }
}

const inside = { name: 'inside' };
const through = (make: () => tfl.Layer): ModelCase => ({
  make: () => {
    const layers = [tfl.dense({ ...blank, units: 4, name: 'first', inputShape: [5] }), make(), dense(2, 'last')];
    return ofLayers(weigh(sequential({ layers })));
  },
  inputs: () => seeded(1, [3, 5]),
  at: [layer('inside')],
});

describe('a layer that a user wrote', () => {
  describeModels({
    'with weights of its own': through(() => new Gate(inside)),
    'as a function of tensors': through(() => new Lambda((x) => sub(square(x), mul(x, 0.5)), inside)),
    'that frees its own tensors': through(
      () =>
        new Lambda((x) => {
          const squared = square(x);
          const sum = add(squared, x);
          squared.dispose();
          return sum;
        }, inside),
    ),
    'that gives back its input': through(() => new Lambda((x) => x, inside)),
    'with several outputs': {
      make: () => {
        const x = input({ shape: [6] });
        const halves = new Lambda(
          (x) => split(x, [2, 4], 1),
          inside,
          ([rows = null]) => [
            [rows, 2],
            [rows, 4],
          ],
        );
        const [few, many] = halves.apply(apply(dense(6, 'first'), x)) as [SymbolicTensor, SymbolicTensor]; // two, as split
        const outputs = [apply(dense(2, 'left'), few), apply(dense(2, 'right'), many)];
        return ofLayers(weigh(functional({ inputs: x, outputs })));
      },
      inputs: () => seeded(1, [3, 6]),
      at: [layer('inside'), layer('inside', { side: 'input' }), layer('left'), layer('right', { side: 'input' })],
    },
  });

  beforeAll(() => openBackend('cpu'));
  test('with a gradient of its own has that gradient: a straight-through estimate', async () => {
    const straight = customGrad((x) => ({ value: round(x as Tensor), gradFunc: (dy) => dy }));
    const model = sequential({
      layers: [
        tfl.dense({ ...blank, units: 4, name: 'first', inputShape: [5], activation: 'linear' }),
        new Lambda((x) => straight(mul(x, 3))),
        tfl.dense({ ...blank, units: 2, name: 'last' }),
      ],
    });
    const specimen = ofLayers(weigh(model));
    const [first, , last] = model.weights.map((weight) => weight.read());
    const why = await attribute(model, seeded(1, [2, 5]), { method: gradient(), target: 1 });
    // The rounding aside, the model is linear.
    const product = mul(3, matMul(first as Tensor2D, last as Tensor2D));
    const column = split(product, 2, 1)[1] as Tensor;
    const [expected, values] = [await column.data(), await own(why.values).data()];
    await closeTo(values, [...expected, ...expected]);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
    specimen.dispose();
  });
});

describe('attention', () => {
  const heads = 2;
  /** softmax(QKᵀ/√d) V for each head, out of Dot layers: tfjs-layers exports no MultiHeadAttention. */
  const attention = (x: SymbolicTensor, from = x): SymbolicTensor => {
    const outputs = Array.from({ length: heads }, (_, head) => {
      const [queries, keys, values] = ['query', 'key', 'value'].map((name, i) =>
        apply(tfl.dense({ ...blank, units: 3, name: `${name}${head}` }), i === 0 ? x : from),
      ) as [SymbolicTensor, SymbolicTensor, SymbolicTensor]; // three names
      const scores = apply(tfl.rescaling({ scale: 3 ** -0.5 }), apply(tfl.dot({ axes: [2, 2] }), queries, keys));
      const weights = apply(tfl.activation({ activation: 'softmax', name: `weights${head}` }), scores);
      return apply(tfl.dot({ axes: [2, 1], name: `head${head}` }), weights, values);
    });
    return apply(tfl.concatenate({ name: 'heads' }), ...outputs);
  };
  describeModels({
    'of a sequence to itself, in a transformer block': {
      make: () => {
        const x = input({ shape: [4, 6] });
        const attended = apply(tfl.layerNormalization({ name: 'normed' }), apply(tfl.add(), x, attention(x)));
        const deep = apply(tfl.dense({ ...blank, units: 8, activation: 'gelu', name: 'wide' }), attended);
        const block = apply(
          tfl.add({ name: 'block' }),
          attended,
          apply(tfl.dense({ ...blank, units: 6, name: 'narrow' }), deep),
        );
        return ofLayers(
          weigh(
            functional({ inputs: x, outputs: apply(dense(2, 'last'), apply(tfl.globalAveragePooling1d(), block)) }),
          ),
        );
      },
      inputs: () => seeded(1, [2, 4, 6]),
      at: [layer('weights0'), layer('head1'), layer('normed'), layer('block'), layer('heads', { side: 'input' })],
    },
    'of one sequence to another': {
      make: () => {
        const [x, from] = [input({ shape: [3, 6] }), input({ shape: [5, 6] })];
        return ofLayers(
          weigh(
            functional({
              inputs: [x, from],
              outputs: apply(dense(2, 'last'), apply(tfl.flatten(), attention(x, from))),
            }),
          ),
        );
      },
      inputs: () => [seeded(1, [2, 3, 6]), seeded(2, [2, 5, 6])],
      at: [layer('weights1')],
    },
  });
});
