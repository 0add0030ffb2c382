import * as tf from '@tensorflow/tfjs';
import { graph, spelled } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { disposeGraphs, kept, valuesOf } from '../../test/graphs';
import { activation, gradient } from '../../test/methods';
import { distance, finiteDifferences, values } from '../../test/tensors';
import { layer } from '../index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(disposeGraphs);

describe('a graph with control flow', () => {
  /** y = relu(Σx > 0 ? x² : tanh x). */
  async function branching(): Promise<tf.GraphModel> {
    const g = graph();
    const func = (name: string, op: string, out: string) =>
      g.define({ name, inputs: ['a'], nodes: [{ name: 'n', op, input: ['a'] }], outputs: { o: `n:${out}:0` } });
    func('then_branch', 'Square', 'y');
    func('else_branch', 'Tanh', 'y');
    g.input('x', [-1, 3]);
    g.constant('zero', [0], []);
    g.constant('axes', [0, 1], [2], 'int32');
    g.node('total', 'Sum', ['x', 'axes'], { keep_dims: spelled.flag(false) });
    g.node('positive', 'Greater', ['total', 'zero']);
    g.node('branch', 'StatelessIf', ['positive', 'x'], {
      then_branch: spelled.func('then_branch'),
      else_branch: spelled.func('else_branch'),
      Tcond: spelled.type('bool'),
    });
    g.node('y', 'Relu', ['branch']);
    return kept(await g.load({ y: 'y' }));
  }

  /** y = (tanh tanh tanh x)². */
  async function looping(): Promise<tf.GraphModel> {
    const g = graph();
    const inputs = ['i', 'a', 'limit', 'one'];
    g.define({
      name: 'condition',
      inputs,
      nodes: [{ name: 'less', op: 'Less', input: ['i', 'limit'] }],
      outputs: { o: 'less:z:0' },
    });
    g.define({
      name: 'body',
      inputs,
      nodes: [
        { name: 'next', op: 'AddV2', input: ['i', 'one'] },
        { name: 'tanh', op: 'Tanh', input: ['a'] },
        { name: 'same', op: 'Identity', input: ['limit'] },
        { name: 'unit', op: 'Identity', input: ['one'] },
      ],
      outputs: { oi: 'next:z:0', oa: 'tanh:y:0', ol: 'same:output:0', oo: 'unit:output:0' },
    });
    g.input('x', [-1, 3]);
    for (const [name, value] of Object.entries({ start: 0, limit: 3, one: 1 })) g.constant(name, [value], []);
    g.node('loop', 'StatelessWhile', ['start', 'x', 'limit', 'one'], {
      cond: spelled.func('condition'),
      body: spelled.func('body'),
    });
    g.node('y', 'Mul', ['loop:1', 'loop:1']);
    return kept(await g.load({ y: 'y' }));
  }

  const total = ([y]: readonly tf.Tensor[]) => tf.sum(y as tf.Tensor, 1);

  for (const [name, build, x] of [
    ['takes the branch that the input takes', branching, [0.5, -1, 2]],
    ['takes the other branch', branching, [0.5, -2, 1]],
    ['runs as often as it runs', looping, [0.5, -1, 2]],
  ] as const) {
    test(name, async () => {
      const model = await build();
      const input = tf.tensor2d([[...x]]);
      const found = await valuesOf(model, input, { method: gradient(), target: total });
      const run = async (x: tf.Tensor) => (await model.executeAsync(x)) as tf.Tensor; // one output
      expect(await distance(found, await finiteDifferences(run, input, 1e-2))).toBeLessThan(1e-3);
    });
  }

  test('can be looked into', async () => {
    const model = await branching();
    const x = tf.tensor2d([
      [0.5, -1, 2],
      [1, 1, 1],
    ]);
    expect(await values(await valuesOf(model, x, { method: activation(), at: layer('branch') }))).toEqual([
      0.25, 1, 4, 1, 1, 1,
    ]);
    const slope = await valuesOf(model, x, { method: gradient(), at: layer('branch'), target: total });
    expect(await values(slope)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('answers two calls at a time as it answers one', async () => {
    const [a, b] = [await branching(), await looping()];
    const x = tf.tensor2d([[0.5, -1, 2]]);
    const options = { method: gradient(), target: total };
    const alone = [await valuesOf(a, x, options), await valuesOf(b, x, options)];
    const together = await Promise.all([valuesOf(a, x, options), valuesOf(b, x, options)]);
    for (const i of [0, 1]) expect(await distance(alone[i] as tf.Tensor, together[i] as tf.Tensor)).toBe(0);
  });
});
