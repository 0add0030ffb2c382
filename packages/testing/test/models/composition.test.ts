import type { Tensor } from '@tensorflow/tfjs-core';
import { model as functional, input, sequential, layers as tfl } from '@tensorflow/tfjs-layers';
import { layer } from '@vitrum/core';
import { describe } from 'vitest';
import { seeded } from '../../src';
import { describeModels, type ModelCase, ofLayers, weigh } from '../../src/internal';
import { apply, blank, dense } from './build';

describe('a model', () => {
  const example = (make: () => ReturnType<typeof functional>, shapes: number[][], at: string[] = []): ModelCase => ({
    make: () => ofLayers(weigh(make())),
    inputs: () => {
      const tensors = shapes.map((shape, i) => seeded(i + 1, [2, ...shape]));
      return tensors.length > 1 ? tensors : (tensors[0] as Tensor);
    },
    at: at.map((name) => layer(name)),
  });
  const encoder = (units = 3) =>
    sequential({
      name: 'encoder',
      layers: [tfl.dense({ ...blank, units: 4, name: 'a', inputShape: [5], activation: 'tanh' }), dense(units, 'b')],
    });
  describeModels({
    'of several inputs': example(
      () => {
        const [x, z] = [input({ shape: [5] }), input({ shape: [3] })];
        const joined = apply(tfl.concatenate({ name: 'joined' }), apply(dense(3, 'left'), x), z);
        return functional({ inputs: [x, z], outputs: apply(dense(2, 'last'), joined) });
      },
      [[5], [3]],
      ['joined', 'left'],
    ),
    'of several outputs': example(
      () => {
        const x = input({ shape: [5] });
        const hidden = apply(dense(4, 'hidden'), x);
        return functional({
          inputs: x,
          outputs: [apply(dense(2, 'one'), hidden), apply(dense(3, 'other'), hidden), hidden],
        });
      },
      [[5]],
      ['hidden'],
    ),
    'with a layer that is called three times': example(
      () => {
        const x = input({ shape: [5] });
        const shared = dense(5, 'shared');
        const once = apply(shared, x);
        const twice = apply(shared, once);
        return functional({
          inputs: x,
          outputs: apply(dense(2, 'last'), apply(tfl.add({ name: 'sum' }), once, apply(shared, twice), twice)),
        });
      },
      [[5]],
      ['shared', 'sum'],
    ),
    'inside another': example(
      () => {
        const x = input({ shape: [5] });
        const inner = encoder();
        return functional({ inputs: x, outputs: apply(dense(2, 'last'), apply(inner, x)) });
      },
      [[5]],
      ['encoder/a', 'encoder/b', 'encoder'],
    ),
    'inside another inside another': example(
      () =>
        sequential({
          layers: [sequential({ name: 'outer', layers: [encoder(), dense(4, 'c')] }), dense(2, 'last')],
        }),
      [[5]],
      ['outer/encoder/a', 'outer/c', 'outer'],
    ),
    'inside another, called twice': example(
      () => {
        const [x, z] = [input({ shape: [5] }), input({ shape: [5] })];
        const inner = encoder();
        return functional({ inputs: [x, z], outputs: apply(tfl.dot({ axes: -1 }), apply(inner, x), apply(inner, z)) });
      },
      [[5], [5]],
      ['encoder/a', 'encoder'],
    ),
    'for every step of a series': example(
      () =>
        sequential({
          layers: [
            tfl.timeDistributed({ name: 'each', layer: encoder(), inputShape: [3, 5] }),
            tfl.flatten(),
            dense(2, 'last'),
          ],
        }),
      [[3, 5]],
      ['each'],
    ),
    'with an input that is an output': example(() => {
      const x = input({ shape: [5] });
      return functional({ inputs: x, outputs: [x, apply(dense(2, 'last'), x)] });
    }, [[5]]),
  });
});
