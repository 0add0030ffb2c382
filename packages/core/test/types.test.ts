import * as tf from '@tensorflow/tfjs';
import {
  add,
  mul,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
} from '@tensorflow/tfjs-core';
import {
  type Attribution,
  asIs,
  attribute,
  attributeEach,
  blurred,
  contrast,
  defineMethod,
  layer,
  neuron,
  output,
  perExample,
  prepare,
  type Site,
  sum as sumOver,
  tap,
} from '@vitrum/core';
import { openBackend } from '@vitrum/testing';
import { own } from '@vitrum/testing/internal';
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';

// What `expectTypeOf` and `@ts-expect-error` say is held by `npm run types`; running it holds that the values are so too.

beforeAll(() => openBackend('cpu'));

const gradient = defineMethod('gradient', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
  const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sumOver());
  return mean.flat();
});
const method = gradient();
const row = () => tensor2d([[1, 2]]);
const picture = () => tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
const total = (x: Tensor) => sum(tap('doubled', mul(x, 2)), 1, true);
const both = (a: Tensor2D, b: Tensor4D) => add(sum(a, 1), sum(tap('seen', mul(b, b)), [1, 2, 3]));
/** What goes into its layer `sum` are two tensors. */
function adding(): tf.LayersModel {
  const x = tf.input({ shape: [2] });
  const twice = [tf.layers.activation({ activation: 'relu' }), tf.layers.activation({ activation: 'tanh' })];
  // Symbolic in, symbolic out.
  const parts = twice.map((layer) => layer.apply(x) as tf.SymbolicTensor);
  return tf.model({ inputs: x, outputs: tf.layers.add({ name: 'sum' }).apply(parts) as tf.SymbolicTensor });
}
const named = ({ a, b }: { a: Tensor2D; b: Tensor4D }) => both(a, b);

describe('the values are of the type of the inputs', () => {
  test('a tensor for a tensor, of the same rank', async () => {
    const why = await attribute(total, row(), { method });
    expectTypeOf(why).toEqualTypeOf<Attribution<Tensor2D>>();
    expectTypeOf(why.values).toEqualTypeOf<Tensor2D>();
    expectTypeOf(why.standardError).toEqualTypeOf<Tensor2D | undefined>();
    expect(own(why.values).shape).toEqual([1, 2]);
  });

  test('a tuple for a tuple, each tensor by itself', async () => {
    const why = await attribute(both, [row(), picture()], { method });
    expectTypeOf(why.values).toEqualTypeOf<[Tensor2D, Tensor4D]>();
    const [a, b] = why.values;
    expect([own(a).shape, own(b).shape]).toEqual([
      [1, 2],
      [1, 2, 2, 1],
    ]);
  });

  test('an array for an array of who knows how many', async () => {
    const inputs: Tensor[] = [row(), picture()];
    const why = await attribute(both, inputs, { method });
    expectTypeOf(why.values).toEqualTypeOf<Tensor[]>();
    expect(own(why.values)).toHaveLength(2);
  });

  test('a tuple that cannot be changed for one that cannot, and frozen as it is', async () => {
    const inputs = Object.freeze([row(), picture()] as const);
    const why = await attribute(both, inputs, { method });
    expectTypeOf(why.values).toEqualTypeOf<readonly [Tensor2D, Tensor4D]>();
    const [a, b] = why.values;
    expect([own(a).shape, own(b).shape]).toEqual([
      [1, 2],
      [1, 2, 2, 1],
    ]);
    const list: readonly Tensor[] = inputs;
    const each = await attributeEach(both, list, { method, targets: [0] });
    expectTypeOf(each).toEqualTypeOf<Attribution<readonly Tensor[]>[]>();
    const fed = await attribute((b: Tensor4D, a: Tensor2D) => both(a, b), picture(), {
      method,
      context: [row()] as const,
    });
    expect([...each.flatMap(({ values }) => values), fed.values].map((value) => own(value).shape)).toEqual([
      [1, 2],
      [1, 2, 2, 1],
      [1, 2, 2, 1],
    ]);
  });

  test('a record for a record, by its keys', async () => {
    const why = await attribute(named, { a: row(), b: picture() }, { method });
    expectTypeOf(why.values).toEqualTypeOf<{ a: Tensor2D; b: Tensor4D }>();
    // @ts-expect-error there is no such input
    expect(why.values.c).toBeUndefined();
    expect([own(why.values.a).shape, own(why.values.b).shape]).toEqual([
      [1, 2],
      [1, 2, 2, 1],
    ]);
  });
});

test('outputs may be a tuple or a record that cannot be changed', async () => {
  const tuple = (x: Tensor2D) => [total(x), mul(x, x)] as const;
  const record = (x: Tensor2D): Readonly<Record<'sum' | 'square', Tensor>> =>
    Object.freeze({ sum: total(x), square: mul(x, x) });
  const one = await attribute(tuple, row(), { method, target: output(1, 0) });
  const other = await attribute(record, row(), { method, target: output('square', 0) });
  expectTypeOf(one).toEqualTypeOf<Attribution<Tensor2D>>();
  expect([...(await own(one.values).data()), ...(await own(other.values).data())]).toEqual([2, 0, 2, 0]);
});

describe('at a layer', () => {
  test('the values are the layer’s tensor, whatever the inputs are', async () => {
    const at = layer('seen');
    const why = await attribute(named, { a: row(), b: picture() }, { method, at });
    expectTypeOf(why).toEqualTypeOf<Attribution<Tensor>>();
    expect(own(why.values).shape).toEqual([1, 2, 2, 1]);
  });

  test('the values are one tensor of what comes out, one or several of what goes in, and several if that is said', async () => {
    const options = { method, target: 0 };
    const out = await attribute(total, row(), { ...options, at: layer('doubled') });
    expectTypeOf(out.values).toEqualTypeOf<Tensor>();
    const model = adding();
    const inside = await attribute(model, row(), { ...options, at: layer('sum', { side: 'input' }) });
    expectTypeOf(inside.values).toEqualTypeOf<Tensor | Tensor[]>();
    const several = await attribute(model, row(), { ...options, at: layer('sum', { side: 'input', several: true }) });
    expectTypeOf(several.values).toEqualTypeOf<Tensor[]>();
    const one = await attribute(total, row(), { ...options, at: layer('doubled', { several: true }) });
    expectTypeOf(one.values).toEqualTypeOf<Tensor[]>();
    const site: Site = layer('doubled');
    const either = await attribute(total, row(), { ...options, at: site });
    expectTypeOf(either.values).toEqualTypeOf<Tensor | Tensor[]>();
    const each = await attributeEach(total, row(), { method, targets: [0], at: layer('doubled', { several: true }) });
    expectTypeOf(each).toEqualTypeOf<Attribution<Tensor[]>[]>();
    const shapes = [out, inside, several, one, either, ...each].map(({ values }) =>
      Array.isArray(values) ? values.map((value) => own(value).shape) : own(values).shape,
    );
    expect(shapes).toEqual([
      [1, 2],
      [
        [1, 2],
        [1, 2],
      ],
      [
        [1, 2],
        [1, 2],
      ],
      [[1, 2]],
      [1, 2],
      [[1, 2]],
    ]);
    model.dispose();
  });

  test('an array of sites gives an array of results', async () => {
    const results = await attribute(total, row(), { method, at: [layer('doubled'), layer('doubled')] });
    expectTypeOf(results).toEqualTypeOf<Attribution<Tensor>[]>();
    expect(results.map(({ values }) => own(values).shape)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});

test('several targets give an array of results like the inputs, or like the layer', async () => {
  const two = (x: Tensor) => tap('doubled', mul(x, 2));
  const each = await attributeEach(two, row(), { method, targets: [0, contrast(0, 1)] });
  expectTypeOf(each).toEqualTypeOf<Attribution<Tensor2D>[]>();
  const there = await attributeEach(
    ({ x }: { x: Tensor2D }) => two(x),
    { x: row() },
    { method, targets: [0], at: layer('doubled') },
  );
  expectTypeOf(there).toEqualTypeOf<Attribution<Tensor>[]>();
  expect([...each, ...there].map(({ values }) => own(values).shape)).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
});

test('a block that says `using` takes an attribution and a prepared model', () => {
  expectTypeOf<Attribution>().toExtend<Disposable>();
  expectTypeOf(prepare).returns.resolves.toExtend<Disposable>();
});

test('a method keeps the options of its factory, and gives tensors', () => {
  const shrunk = defineMethod(
    'shrunk',
    { uses: ['baseline'], deterministic: true, rowwise: true },
    ({ by }: { by: number }) =>
      async (probe) =>
        probe.inputs.map((x) => mul(x, by)),
  );
  expectTypeOf(shrunk).parameters.toEqualTypeOf<[{ by: number }]>();
  // @ts-expect-error the option is asked for
  expect(() => shrunk()).toThrow(TypeError);
  // @ts-expect-error there is no such argument
  defineMethod('wrong', { uses: ['target'], deterministic: true, rowwise: true }, () => async () => []);
  // @ts-expect-error a number is no tensor
  defineMethod('wrong', { uses: [], deterministic: true, rowwise: true }, () => async () => [1]);
});

/** Never called: what the compiler must refuse. */
export async function refused(x: Tensor2D): Promise<void> {
  // @ts-expect-error a method is asked for
  await attribute(total, x, {});
  // @ts-expect-error the factory, not the method it makes
  await attribute(total, x, { method: gradient });
  // @ts-expect-error numbers are no inputs
  await attribute(total, [[1, 2]], { method });
  // @ts-expect-error a target is no text
  await attribute(total, x, { method, target: 'cat' });
  // @ts-expect-error a layer has a name, from layer()
  await attribute(total, x, { method, at: 'doubled' });
  // @ts-expect-error several targets go with attributeEach
  await attribute(total, x, { method, targets: [1, 2] });
  // @ts-expect-error one target goes with attribute
  await attributeEach(total, x, { method, target: 1 });
  // @ts-expect-error a misspelt option
  await attribute(total, x, { method, batchsize: 4 });
  // @ts-expect-error a batch has a size, or 'auto'
  await attribute(total, x, { method, batchSize: 'big' });
  // @ts-expect-error a baseline is no text
  await attribute(total, x, { method, baseline: 'black' });
  // @ts-expect-error a model is no text
  await attribute('model.json', x, { method });
  // @ts-expect-error it has no width by another name
  blurred({ width: 4 });
  // @ts-expect-error an index, not a text
  neuron(layer('doubled'), 'first');
  // @ts-expect-error an input or an output
  layer('doubled', { side: 'middle' });
  // @ts-expect-error a list
  perExample(3);
  // @ts-expect-error an output has a name or a number
  output({ name: 'boxes' });
  const why = await attribute(total, x, { method });
  // @ts-expect-error results are not changed
  why.values = x;
  // @ts-expect-error of two dims, as the inputs
  const vector: Tensor1D = why.values;
  vector.dispose();
}
