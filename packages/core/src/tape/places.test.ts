import * as tf from '@tensorflow/tfjs';
import { graph, spelled } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../test/tensors';
import {
  type AttributeOptions,
  asIs,
  attribute,
  defineMethod,
  type Inputs,
  layer,
  type ModelLike,
  sum,
  tap,
} from '../index';
import type { TapeNode } from './node';
import type { Place } from './places';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

/** What `see` says of every operation that a rule set is shown, last first. */
async function shown<T>(
  model: ModelLike,
  inputs: Inputs,
  see: (node: TapeNode) => T,
  options: Partial<AttributeOptions> = {},
): Promise<T[]> {
  const seen: T[] = [];
  const rule = (node: TapeNode) => {
    seen.push(see(node));
    return undefined;
  };
  const method = defineMethod('showing', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
    const rules = { seed: 'one', unfuse: false, places: true, rule } as const;
    return (await probe.run({ points: asIs(), grad: [probe.site], rules }, sum())).mean.flat();
  })();
  (await attribute(model, inputs, { target: 0, ...options, method })).dispose();
  return seen;
}

const where = ({ kernel, place }: TapeNode) => `${kernel} in ${place?.layer}`;
/** The kernels between the model's inputs and a place, copies aside, in the order of the walk. */
const behind = ({ from }: Place): string[] =>
  from
    .flatMap((source) => (source ? [source.place.kernel, ...behind(source.place)] : ['weight']))
    .filter((kernel) => kernel !== 'Identity');

describe('an operation stands in', () => {
  test('the layer of a LayersModel that is running, the innermost of nested ones', async () => {
    const inner = tf.sequential({
      name: 'inner',
      layers: [tf.layers.dense({ units: 3, name: 'first', inputShape: [4] }), tf.layers.reLU({ name: 'relu' })],
    });
    const outer = tf.sequential({ layers: [inner, tf.layers.dense({ units: 2, name: 'last', activation: 'tanh' })] });
    const found = await shown(outer, random([1, 4]), where);
    expect(found.filter((text) => !/Reshape|Identity/.test(text))).toEqual([
      'GatherNd in undefined',
      'Tanh in last',
      'Add in last',
      '_FusedMatMul in last',
      'Relu in inner/relu',
      '_FusedMatMul in inner/first',
    ]);
    expect(Object.keys(inner)).not.toContain('call');
  });

  for (const asynchronous of [false, true]) {
    test(`the node of a GraphModel that is executed, ${asynchronous ? 'an asynchronous' : 'a synchronous'} one`, async () => {
      const g = graph();
      g.input('x', [-1, 2]);
      g.constant('weights', [1, 2, 3, 4], [2, 2]);
      g.node('product', 'MatMul', ['x', 'weights']);
      g.node('y', 'Tanh', ['product']);
      if (asynchronous) {
        const branch = { inputs: ['x'], nodes: [{ name: 'y', op: 'Exp', input: ['x'] }], outputs: { out: 'y:y:0' } };
        for (const name of ['then', 'else']) g.define({ name, ...branch });
        g.constant('chosen', [1], []);
        const branches = { then_branch: spelled.func('then'), else_branch: spelled.func('else') };
        g.node('branch', 'StatelessIf', ['chosen', 'y'], { ...branches, Tcond: spelled.type('float32') });
      }
      const model = await g.load({ y: asynchronous ? 'branch' : 'y' });
      const target = ([y]: readonly tf.Tensor[]) => tf.sum(y as tf.Tensor, 1);
      const found = await shown(model, random([1, 2]), where, { target });
      expect(found.filter((text) => /Sum|Exp|Tanh|MatMul/.test(text))).toEqual([
        'Sum in undefined',
        ...(asynchronous ? ['Exp in branch'] : []),
        'Tanh in y',
        'BatchMatMul in product',
      ]);
      // What a GraphModel is made of, which its type keeps private.
      const { nodes } = (model as unknown as { executor: { graph: { nodes: Record<string, object> } } }).executor.graph;
      expect(Object.getOwnPropertyDescriptor(nodes.y, 'category')).toHaveProperty('value', 'basic_math');
      model.dispose();
    });
  }

  test('what follows the last tap of a function', async () => {
    const model = (x: tf.Tensor) => tf.sin(tap('second', tf.exp(tap('first', tf.tanh(x)))));
    expect((await shown(model, random([1, 2]), where)).filter((text) => /Sin|Exp|Tanh/.test(text))).toEqual([
      'Sin in second',
      'Exp in first',
      'Tanh in undefined',
    ]);
  });

  test('no place where nobody asks', async () => {
    const rules = { seed: 'one', unfuse: false } as const;
    const seen: (TapeNode['place'] | null)[] = [];
    const rule = ({ place }: TapeNode) => void seen.push(place ?? null);
    const method = defineMethod(
      'blind',
      { uses: [], deterministic: true, rowwise: true },
      () => async (probe) =>
        (await probe.run({ points: asIs(), grad: ['inputs'], rules: { ...rules, rule } }, sum())).mean.flat(),
    )();
    (await attribute((x: tf.Tensor) => tf.sin(x), random([1, 2]), { method, target: 0 })).dispose();
    expect(new Set(seen)).toEqual(new Set([null]));
  });
});

describe('the place of an operation', () => {
  const model = (x: tf.Tensor, other: tf.Tensor) => {
    const hidden = tap('hidden', tf.tanh(tf.matMul(x, random([2, 2], 3))));
    return tf.add(tf.mul(hidden, tf.exp(other)), tf.sin(random([2], 4)));
  };
  const inputs = () => [random([1, 2], 1), random([1, 2], 2)];
  const of = (kernel: string) => (node: TapeNode) => (node.kernel === kernel && node.place ? [node.place] : []);

  test('leads back to the model’s inputs and to weights', async () => {
    const [total] = (await shown(model, inputs(), of('Add'))).flat();
    expect(behind(total as Place)).toEqual([
      'Multiply',
      'Tanh',
      'BatchMatMul',
      'input',
      'weight',
      'Exp',
      'input',
      'weight',
    ]);
    expect(total).toMatchObject({
      names: ['a', 'b'],
      inputShapes: [[1, 2], [2]],
      outputShapes: [[1, 2]],
      from: [{ output: 0 }, undefined],
    });
  });

  test('is the same where a layer is attributed, though what comes before it is not recorded', async () => {
    const [whole] = (await shown(model, inputs(), of('Add'))).flat();
    const seen = await shown(model, inputs(), ({ place }) => place, { at: layer('hidden') });
    expect(seen.some((place) => place?.kernel === 'Tanh')).toBe(false);
    const total = seen.find((place) => place?.kernel === 'Add');
    expect(behind(total as Place)).toEqual(behind(whole as Place));
  });

  test('tells the outputs of one operation apart', async () => {
    const halves = (x: tf.Tensor) => tf.sub(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]));
    const [difference] = (await shown(halves, random([1, 2]), of('Sub'))).flat();
    expect(difference?.from.map((source) => source?.output)).toEqual([0, 1]);
  });

  test('leads nowhere from what is flat: a mask counts as a weight', async () => {
    const masked = (x: tf.Tensor) => tf.mul(x, tf.cast(tf.greater(x, 0), 'float32'));
    const [product] = (await shown(masked, random([1, 2]), of('Multiply'))).flat();
    expect(product?.from).toEqual([expect.anything(), undefined]);
    const rounded = await shown(
      (x: tf.Tensor) => tf.add(x, tf.round(x)),
      random([1, 2]),
      ({ kernel, place }) => [kernel, place?.kernel],
    );
    expect(rounded).toContainEqual(['Round', undefined]);
  });

  test('knows how many times what it makes is taken, leaving out comparisons', async () => {
    const model = (x: tf.Tensor) => {
      const twice = tf.sin(x);
      return tf.add(tf.sum(tf.mul(twice, twice), 1, true), tf.argMax(twice, 1));
    };
    const uses = ({ kernel, place }: TapeNode) => [kernel, place?.uses];
    expect(Object.fromEntries(await shown(model, random([1, 2]), uses))).toMatchObject({ Sin: 2, Multiply: 1, Sum: 1 });
  });
});
