import {
  add,
  argMax,
  cast,
  concat,
  cos,
  customGrad,
  dispose,
  div,
  exp,
  expandDims,
  fused,
  grad,
  greater,
  log,
  logSigmoid,
  logSoftmax,
  losses,
  matMul,
  mean,
  mul,
  neg,
  oneHot,
  onesLike,
  Reduction,
  round,
  scalar,
  sigmoid,
  sin,
  softmax,
  split,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tanh,
  tidy,
  transpose,
  unstack,
  variable,
  where,
} from '@tensorflow/tfjs-core';
import { sequential, layers as tfl } from '@tensorflow/tfjs-layers';
import { attribute, layer, type ModelFunction, tap } from '@vitrum/core';
import { gradient } from '@vitrum/gradient-methods';
import { beforeAll, describe, expect, test } from 'vitest';
import { closeTo, directionalCheck, onEachBackend, openBackend, seeded } from '../../src';
import { describeModels, graph, type ModelCase, ofFunction, own, weigh } from '../../src/internal';

const moment = () => new Promise((resolve) => setTimeout(resolve, 1));
const matrix = (seed: number, ...shape: [number, number]) => seeded(seed, shape) as Tensor2D; // of that shape
const rank2 = (x: Tensor) => x as Tensor2D; // as the cases give it
const of = (model: Parameters<typeof ofFunction>[0], more: Partial<ModelCase> = {}): ModelCase => ({
  make: () => ofFunction(model),
  inputs: () => seeded(1, [3, 4]),
  ...more,
});
const two = { inputs: () => [seeded(1, [3, 4]), seeded(2, [3, 4])] };

describe('a function', () => {
  describeModels({
    'of one tensor': of((x) => tidy(() => tanh(matMul(rank2(x), matrix(10, 4, 2))))),
    'of two, with two outputs': of((a, b) => [mul(a as Tensor, sin(b as Tensor)), square(a as Tensor)], two),
    'that ends where it begins': of((x) => x),
    'that gives a tensor twice': of((x) => {
      const y = sin(x);
      return [y, y];
    }),
    'with taps': of((x) => square(tap('late', exp(tap('early', sin(x))))), { at: [layer('early'), layer('late')] }),
    'that frees what it makes': of((x) => {
      const [a, b] = [sin(x), square(x)];
      const y = mul(a, b);
      dispose([a, b]);
      const z = add(y, x);
      y.dispose();
      return z;
    }),
    'that nests scopes': of((x) =>
      tidy(() =>
        add(
          tidy(() => sin(tidy(() => square(x)))),
          tidy(() => exp(x)),
        ),
      ),
    ),
    'that loops': of((x) => tidy(() => split(x, 4, 1).reduce((total, column) => add(sin(mul(total, column)), column)))),
    'that waits': of(
      async (x) => {
        await moment();
        const y = sin(x);
        await moment();
        const z = tidy(() => tanh(add(tap('inside', y), square(y))));
        y.dispose();
        return z;
      },
      { at: [layer('inside')] },
    ),
    'that chooses by value': of((x) => where(greater(x, 0.1), square(x), sin(x))),
    'that chooses by position': of((x) => {
      const largest = cast(oneHot(cast(argMax(x, 1), 'int32'), 4), 'float32');
      return exp(sum(mul(x, largest), 1, true));
    }),
    'with a softmax by hand': of((x) => {
      const shifted = exp(sub(x, mean(x, 1, true)));
      return div(shifted, sum(shifted, 1, true));
    }),
    'that stacks what it took apart': of((x) =>
      stack(
        unstack(transpose(x)).map((column, i) => mul(column, add(column, i))),
        1,
      ),
    ),
    'with a gradient in it': of((x) => grad((x: Tensor) => sum(mul(square(x), sin(x))))(x)),
    'with the gradient of a network in it': of((x) => {
      const [first, last] = [matrix(10, 4, 3), matrix(11, 3, 2)];
      const network = (x: Tensor) => sum(matMul(rank2(tanh(matMul(rank2(x), first))), last));
      return concat([grad(network)(x), x], 1);
    }),
  });
});

describe('a loss of TensorFlow.js, which has a gradient of its own inside,', () => {
  describeModels({
    logSoftmax: of((x) => logSoftmax(sin(x))),
    logSigmoid: of((x) => logSigmoid(mul(x, 3))),
    'softmaxCrossEntropy, to logits and labels': of((x, y) => {
      const none = Reduction.NONE;
      return expandDims(losses.softmaxCrossEntropy(softmax(y as Tensor), x as Tensor, undefined, undefined, none), 1);
    }, two),
    'sigmoidCrossEntropy, to logits and labels': of(
      (x, y) => losses.sigmoidCrossEntropy(sigmoid(y as Tensor), x as Tensor, undefined, undefined, Reduction.NONE),
      two,
    ),
    'fused matMul': of((x) =>
      fused.matMul({ a: rank2(x), b: matrix(10, 4, 2), bias: seeded(3, [2]), activation: 'elu' }),
    ),
  });
});

onEachBackend(
  'on %s, a function',
  (backend) => {
    beforeAll(() => openBackend(backend));
    const x = () => seeded(1, [3, 4]);
    const target = ([y]: readonly Tensor[]) => sum(y as Tensor, 1);
    const explain = async (model: ModelFunction, ...inputs: Tensor[]) => {
      const { values } = await attribute<Tensor[]>(model, inputs, { method: gradient(), target });
      return own(values) as [Tensor, ...Tensor[]]; // as many as inputs
    };

    test('with a gradient of its own has that gradient, to each of its inputs', async () => {
      // ab, with 3 and −b in place of b and a.
      const odd = customGrad((...given) => {
        const [a, b, save] = given as unknown as [Tensor, Tensor, (tensors: Tensor[]) => void]; // how TF.js calls it
        save([b]);
        return {
          value: mul(a, b),
          gradFunc: (dy: Tensor, [b]: Tensor[]) => [mul(dy, 3), mul(dy, neg(b as Tensor))],
        };
      });
      const [a, b] = [x(), seeded(2, [3, 4])];
      const outer = mul(2, mul(sin(a), b));
      const models = {
        plain: (a: Tensor, b: Tensor) => square(odd(sin(a), b)),
        scoped: (a: Tensor, b: Tensor) => tidy('Relu', () => square(tidy(() => odd(sin(a), b)))),
        async later(a: Tensor, b: Tensor) {
          await moment();
          return tidy(() => square(odd(sin(a), b)));
        },
      };
      for (const model of Object.values(models)) {
        const [toA, toB] = await explain(model, a, b);
        await closeTo(toA, mul(outer, mul(3, cos(a))));
        await closeTo(toB as Tensor, mul(outer, neg(b)));
      }
    });

    test('that rounds with a straight-through estimate goes straight through', async () => {
      const straight = customGrad((x) => ({ value: round(x as Tensor), gradFunc: (dy) => dy }));
      const model = (x: Tensor) => mul(straight(mul(x, 5)), 0.5);
      const [found] = await explain(model, x());
      await closeTo(found, mul(onesLike(x()), 2.5));
      await closeTo(found, grad((x: Tensor) => sum(model(x)))(x()));
    });

    test('with a gradient of its own around others has the outer one', async () => {
      const inner = customGrad((x) => ({ value: square(x as Tensor), gradFunc: (dy) => mul(dy as Tensor, 100) }));
      const outer = customGrad((x) => ({ value: sin(inner(x as Tensor)), gradFunc: (dy) => mul(dy as Tensor, 7) }));
      const [found] = await explain((x: Tensor) => outer(x), x());
      await closeTo(found, mul(onesLike(x()), 7));
    });

    test('reads its variables as they are at the time, and may assign to them', async () => {
      const [weight, counter] = [variable(seeded(3, [4])), variable(scalar(0))];
      const model = (x: Tensor) =>
        tidy(() => {
          const before = mul(x, weight);
          counter.assign(add(counter, 1));
          return mul(before, x);
        });
      for (const seed of [3, 4]) {
        weight.assign(seeded(seed, [4]));
        const [found] = await explain(model, x());
        await closeTo(found, mul(mul(2, x()), seeded(seed, [4])));
      }
      expect((await counter.data())[0]).toBeGreaterThanOrEqual(2);
      dispose([weight, counter]);
    });

    test('that assigns between two uses of a variable differentiates each as it was', async () => {
      const state = variable(scalar(1));
      const model = (x: Tensor) =>
        tidy(() => {
          state.assign(scalar(2));
          const first = mul(x, state);
          state.assign(scalar(10));
          return mul(first, state);
        });
      const [found] = await explain(model, x());
      await closeTo(found, mul(onesLike(x()), 20));
      state.dispose();
    });

    test('around a LayersModel answers as the model does, and more where it does more', async () => {
      const net = weigh(
        sequential({
          layers: [
            tfl.dense({ units: 5, inputShape: [4], activation: 'tanh', kernelInitializer: 'zeros' }),
            tfl.dense({ units: 2, activation: 'softmax', kernelInitializer: 'zeros' }),
          ],
        }),
      );
      const call = (x: Tensor) => net.predict(x) as Tensor; // it has one output
      const options = { method: gradient(), target: 1 };
      const [direct, around] = [await attribute(net, x(), options), await attribute(call, x(), options)];
      await closeTo(own(around.values), own(direct.values));
      expect(around.score).toEqual(direct.score);
      await directionalCheck((x: Tensor) => log(call(sin(x))), x(), { target: 1 });
      net.dispose();
    });

    test('around a GraphModel answers as the model does, and more where it does more', async () => {
      const g = graph();
      g.input('x', [-1, 4]);
      g.constant('matrix', seeded(3, [4, 2]).dataSync(), [4, 2]);
      g.node('product', 'MatMul', ['x', 'matrix']);
      g.node('y', 'Softmax', ['product']);
      const net = await g.load({ y: 'y' });
      const call = (x: Tensor) => net.execute(x) as Tensor; // it has one output
      const options = { method: gradient(), target: 1 };
      const [direct, around] = [await attribute(net, x(), options), await attribute(call, x(), options)];
      await closeTo(own(around.values), own(direct.values));
      await directionalCheck((x: Tensor) => log(call(sin(x))), x(), { target: 1 });
      net.dispose();
    });
  },
  ['cpu', 'wasm'],
);
