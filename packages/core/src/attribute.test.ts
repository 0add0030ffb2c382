import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { activation, elementAblation, gradient, pathMean } from '../test/methods';
import { distance, random, shadows, values } from '../test/tensors';
import { network, plain, rows, slopes, squares } from '../test/two-classes';
import {
  type AttributeOptions,
  attribute,
  contrast,
  defineMethod,
  layer,
  neuron,
  output,
  predicted,
  prepare,
  tap,
} from './index';

beforeAll(() => tf.setBackend('cpu'));

describe('an attribution', () => {
  test('has the values, what was explained, its score and what it cost', async () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const why = await attribute(squares, x, { method: gradient() });
    expect(await values(why.values)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(why.method).toBe('gradient');
    expect(why.target).toEqual({ kind: 'class', classes: Int32Array.of(0, 0, 0), description: 'class 0' });
    expect(why.score).toEqual(Float32Array.of(5, 25, 61));
    expect(why.baselineScore).toBeUndefined();
    expect(why.convergenceDelta).toBeUndefined();
    expect(why.standardError).toBeUndefined();
    expect(why.notes).toEqual([]);
    // One pass settles what is predicted, one is differentiated; S(x) is known from them. One row is tried alone.
    expect(why.cost).toEqual({ forward: 6 + 1, backward: 3, milliseconds: expect.any(Number) });
    why.dispose();
    expect(why.values.isDisposed).toBe(true);
  });

  test('of a complete method says how far its values are from S(x) − S(baseline)', async () => {
    const x = random([3, 3]);
    const baseline = random([1, 3], 5);
    const why = await attribute(network, x, { method: pathMean(), target: 1, baseline });
    const [of, against] = [await rows(network(x)), await rows(network(baseline))];
    expect([...why.score]).toEqual(of.map(([, score]) => expect.closeTo(score ?? Number.NaN, 5)));
    expect([...(why.baselineScore ?? [])]).toEqual(of.map(() => expect.closeTo(against[0]?.[1] ?? Number.NaN, 5)));
    const expected = (await rows(why.values)).map(
      (row, e) => row.reduce((a, b) => a + b) - ((of[e]?.[1] ?? 0) - (against[0]?.[1] ?? 0)),
    );
    expect([...(why.convergenceDelta ?? [])]).toEqual(expected.map((delta) => expect.closeTo(delta, 5)));
    why.dispose();
  });

  test('of a method complete against nothing says how far its values are from S(x)', async () => {
    const x = random([3, 3]);
    const traits = { uses: [], deterministic: true, rowwise: true, complete: 'score' } as const;
    const doubled = defineMethod('doubled', traits, () => async (probe) => [
      tf.tensor(
        [...(await probe.scores())].flatMap((score) => [score, score, 0]),
        [3, 3],
      ),
    ])();
    const why = await attribute(network, x, { method: doubled, target: 1 });
    expect(why.baselineScore).toBeUndefined();
    expect([...(why.convergenceDelta ?? [])]).toEqual([...why.score].map((score) => expect.closeTo(score, 5)));
    why.dispose();
  });

  test('is disposed at the end of its block', async () => {
    let kept: tf.Tensor;
    {
      using why = await attribute(squares, random([2, 3]), { method: gradient() });
      kept = why.values;
      expect(kept.isDisposed).toBe(false);
    }
    expect(kept.isDisposed).toBe(true);
  });

  test('outlives the model, and borrows its inputs', async () => {
    const x = random([2, 3]);
    const before = await values(x);
    const model = await prepare(squares);
    const why = await attribute(model, x, { method: gradient() });
    model.dispose();
    expect(
      await distance(
        why.values,
        before.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-6);
    expect(await values(x)).toEqual(before);
    why.dispose();
  });

  test('at a layer is of the layer’s shape', async () => {
    const why = await attribute(network, random([2, 3]), { method: gradient(), at: layer('hidden'), target: 0 });
    expect(why.values.shape).toEqual([2, 4]);
    why.dispose();
  });

  test('carries the notes and the standard error of its method', async () => {
    const noting = defineMethod('noting', plain, () => async (probe) => {
      probe.note('from the probe');
      probe.note('from the probe');
      return { values: [tf.zeros([2, 3])], standardError: [tf.ones([2, 3])], notes: ['from the method'] };
    });
    const why = await attribute(squares, random([2, 3]), { method: noting() });
    expect([...why.notes].sort()).toEqual(['from the method', 'from the probe']);
    expect(why.standardError?.shape).toEqual([2, 3]);
    why.dispose();
    expect(why.standardError?.isDisposed).toBe(true);
  });
});

describe('the gradient', () => {
  test('of a network equals its closed form, for any way of asking for the class', async () => {
    const x = random([4, 3]);
    const [zero, one] = [await slopes(x, 0), await slopes(x, 1)];
    const scores = await rows(network(x));
    const best = scores.flatMap(([a = 0, b = 0], e) => (a >= b ? zero : one).slice(3 * e, 3 * e + 3));
    const named = ({ x }: { x: tf.Tensor }) => ({ first: network(x), second: network(tf.neg(x)) });
    for (const [options, expected] of [
      [{ target: 1 }, one],
      [{ target: -2 }, zero],
      [{}, best],
      [{ target: predicted() }, best],
      [{ target: contrast(1, 0) }, one.map((value, i) => value - (zero[i] ?? 0))],
      [
        { target: ([y]: readonly tf.Tensor[]) => tf.sum(y as tf.Tensor, 1) },
        one.map((value, i) => value + (zero[i] ?? 0)),
      ],
    ] as [Partial<AttributeOptions>, number[]][]) {
      const why = await attribute(network, x, { method: gradient(), ...options });
      expect(await distance(why.values, expected)).toBeLessThan(1e-5);
      why.dispose();
    }
    const why = await attribute(named, { x }, { method: gradient(), target: output('first', 1) });
    expect(await distance(why.values.x as tf.Tensor, one)).toBeLessThan(1e-5);
    why.dispose();
  });

  test('of a score that does not depend on the input is zero, with a note', async () => {
    const constant = (x: tf.Tensor) => tf.mul(tf.zerosLike(tf.cast(tf.greater(x, 0), 'float32')), 1);
    const why = await attribute(constant, random([2, 3]), { method: gradient(), target: 1 });
    expect(await values(why.values)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(why.notes).toEqual([expect.stringContaining('does not depend')]);
    why.dispose();
    const both = await attribute((a: tf.Tensor, _: tf.Tensor) => tf.square(a), [random([2, 3]), random([2, 2])], {
      method: gradient(),
      target: 0,
    });
    expect(await values(both.values[1] as tf.Tensor)).toEqual([0, 0, 0, 0]);
    expect(both.notes).toHaveLength(1);
    both.dispose();
  });

  test('at a layer behind the target is zero, with a note', async () => {
    const target = neuron(layer('early'), 0);
    const model = (x: tf.Tensor) => tf.square(tap('late', tf.sin(tap('early', tf.square(x)))));
    const why = await attribute(model, random([2, 3]), { method: gradient(), target, at: layer('late') });
    expect(await values(why.values)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(why.notes).toHaveLength(1);
    why.dispose();
  });

  test('at integers is an error that says where to attribute instead', async () => {
    const ids = tf.tensor2d([[1, 2]], [1, 2], 'int32');
    const lookUp = (ids: tf.Tensor) => tf.gather(tf.tensor1d([1, 2, 3]), tf.cast(ids, 'int32'));
    await expect(attribute(lookUp, ids, { method: gradient(), target: 0 })).rejects.toThrow(
      expect.objectContaining({ code: 'inputs', message: expect.stringContaining('input "0" of type int32') }),
    );
  });

  test('of a model that reads its values back is an error, and not zero', async () => {
    const reading = (x: tf.Tensor) => tf.square(tf.tensor(tf.sin(x).dataSync(), x.shape));
    await expect(attribute(reading, random([2, 3]), { method: gradient(), target: 0 })).rejects.toThrow(
      expect.objectContaining({ code: 'read-back' }),
    );
    expect(shadows()).toEqual([]);
  });
});

describe('integers and booleans', () => {
  test('are welcome where nothing is differentiated', async () => {
    const table = tf.tensor1d([5, 7, 11, 13]);
    const lookUp = (ids: tf.Tensor) => tf.gather(table, ids as tf.Tensor1D);
    const ids = tf.tensor2d(
      [
        [1, 2],
        [3, 0],
      ],
      [2, 2],
      'int32',
    );
    const target = ([y]: readonly tf.Tensor[]) => tf.sum(y as tf.Tensor, 1);
    const why = await attribute(lookUp, ids, { method: elementAblation(), target, baseline: 3 });
    expect(await values(why.values)).toEqual([7 - 13, 11 - 13, 0, 5 - 13]);
    why.dispose();
  });
});

describe('options that cannot be meant are errors', () => {
  const x = () => random([2, 3]);
  const targetless = activation();
  const layerOnly = { ...gradient(), layerOnly: true };
  const wrong: Record<string, [Partial<AttributeOptions>, string, RegExp]> = {
    'half a batch': [{ batchSize: 0.5 }, 'option', /batchSize 0.5/],
    'an empty batch': [{ batchSize: 0 }, 'option', /batchSize 0/],
    'no memory': [{ memory: 0 }, 'option', /memory 0/],
    'a baseline that the method does not use': [{ baseline: 0 }, 'option', /`baseline` for gradient/],
    'features that the method does not use': [{ features: random([1, 3]) }, 'option', /`features`/],
    'a target for a method without': [{ method: targetless, target: 0 }, 'option', /`target` for activation/],
    'a layer method without a layer': [{ method: layerOnly, target: 0 }, 'site', /gradient at the inputs/],
    'a layer that is not there': [{ at: layer('hiden') }, 'site', /Did you mean "hidden"/],
    'a call that is not made': [{ at: layer('hidden', { call: 1 }) }, 'site', /call 1 of layer "hidden".*below 1/],
    'a class that is not there': [{ target: 2 }, 'target', /index \[2\].*\[examples, 2\]/],
  };
  for (const [name, [options, code, message]] of Object.entries(wrong)) {
    test(name, async () => {
      await expect(attribute(network, x(), { method: gradient(), ...options })).rejects.toThrow(
        expect.objectContaining({ name: 'AttributionError', code, message: expect.stringMatching(message) }),
      );
    });
  }

  test('no method, or something that is none', async () => {
    for (const method of [undefined, 'gradient', gradient]) {
      const options = { method } as unknown as AttributeOptions;
      await expect(attribute(network, x(), options)).rejects.toThrow(expect.objectContaining({ code: 'option' }));
    }
  });
});

describe('scores that are not finite', () => {
  test('are an error wherever they occur', async () => {
    const root = (x: tf.Tensor) => tf.sqrt(x);
    const x = tf.tensor2d([[1, 4]]);
    for (const [inputs, options] of [
      [tf.tensor2d([[1, -4]]), { method: gradient(), target: 1 }],
      [tf.tensor2d([[1, -4]]), { method: gradient() }],
      [x, { method: pathMean([0, 1]), target: 1, baseline: -1 }],
      [x, { method: elementAblation(), target: 1, baseline: -1 }],
    ] as [tf.Tensor, AttributeOptions][]) {
      await expect(attribute(root, inputs, options)).rejects.toThrow(expect.objectContaining({ code: 'not-finite' }));
    }
  });
});
