import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { activation, gradient, pathMean } from '../../test/methods';
import { distance, random, shadows, values } from '../../test/tensors';
import { attribute, layer, output, prepare, tap } from '../index';

beforeAll(() => tf.setBackend('cpu'));

const moment = () => new Promise((resolve) => setTimeout(resolve, 1));
const target = ([y]: readonly tf.Tensor[]) => tf.sum(y as tf.Tensor, 1);

describe('a function', () => {
  test('takes one tensor, several, or a record, as it is given', async () => {
    const [a, b] = [random([2, 3], 1), random([2, 3], 2)];
    const one = await attribute((a: tf.Tensor) => tf.square(a), a, { method: gradient(), target });
    expect(
      await distance(
        one.values,
        (await values(a)).map((v) => 2 * v),
      ),
    ).toBeLessThan(1e-6);
    const two = await attribute((a: tf.Tensor, b: tf.Tensor) => tf.mul(a, b), [a, b], { method: gradient(), target });
    expect(await distance(two.values[0] as tf.Tensor, b)).toBe(0);
    const product = ({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => tf.mul(a, b);
    const record = await attribute(product, { a, b }, { method: gradient(), target });
    expect(await distance(record.values.b as tf.Tensor, a)).toBe(0);
    for (const why of [one, two, record]) why.dispose();
  });

  test('gives one tensor, several, or a record whose names are those of the outputs', async () => {
    const x = random([2, 3]);
    const list = await attribute((x: tf.Tensor) => [x, tf.square(x)], x, { method: gradient(), target: output(1, 0) });
    const named = await attribute((x: tf.Tensor) => ({ same: x, squared: tf.square(x) }), x, {
      method: gradient(),
      target: output('squared', 0),
    });
    expect(await values(list.values)).toEqual(await values(named.values));
    expect((await values(list.values))[3]).toBeCloseTo(2 * ((await values(x))[3] ?? 0), 6);
    list.dispose();
    named.dispose();
  });

  test('may return its input as it is', async () => {
    const x = random([2, 3]);
    const why = await attribute((x: tf.Tensor) => x, x, { method: gradient(), target: 1 });
    expect(await values(why.values)).toEqual([0, 1, 0, 0, 1, 0]);
    why.dispose();
    expect(x.isDisposed).toBe(false);
  });

  test('may take its time', async () => {
    const x = random([2, 3]);
    const slow = async (x: tf.Tensor) => {
      await moment();
      const y = tf.square(x);
      await moment();
      const z = tf.exp(y);
      y.dispose();
      return z;
    };
    const why = await attribute(slow, x, { method: gradient(), target });
    expect(
      await distance(
        why.values,
        (await values(x)).map((v) => 2 * v * Math.exp(v * v)),
      ),
    ).toBeLessThan(1e-5);
    why.dispose();
  });

  test('may give a promise of another make', async () => {
    const x = random([2, 3]);
    const later = (x: tf.Tensor) => {
      const then: PromiseLike<tf.Tensor>['then'] = (...handlers) => Promise.resolve(tf.square(x)).then(...handlers);
      return { then } as Promise<tf.Tensor>; // no more is asked of one
    };
    const why = await attribute(later, x, { method: gradient(), target });
    expect(
      await distance(
        why.values,
        (await values(x)).map((v) => 2 * v),
      ),
    ).toBeLessThan(1e-6);
    why.dispose();
  });

  test('that throws or rejects gives its own error and leaves nothing behind', async () => {
    const x = random([2, 3]);
    const models = [
      (x: tf.Tensor) => {
        tf.square(tap('inside', x));
        throw new Error('broken');
      },
      async (_: tf.Tensor): Promise<tf.Tensor> => {
        await moment();
        throw new Error('broken');
      },
    ];
    for (const model of models) {
      await expect(attribute(model, x, { method: gradient(), target: 0 })).rejects.toThrow('broken');
      expect(shadows()).toEqual([]);
    }
    expect(tap('inside', x)).toBe(x);
  });
});

describe('a tap', () => {
  const model = (x: tf.Tensor) => {
    const hidden = tap('hidden', tf.square(x));
    const again = tap('hidden', tf.sin(hidden));
    return tf.add(again, hidden);
  };

  test('is the tensor itself while nobody looks', () => {
    const x = random([2]);
    expect(tap('anything', x)).toBe(x);
  });

  test('is a site: each time it is passed is a call', async () => {
    const x = random([2, 3]);
    const square = tf.square(x);
    for (const [at, expected] of [
      [layer('hidden', { call: 0 }), square],
      [layer('hidden'), tf.sin(square)],
    ] as const) {
      const why = await attribute(model, x, { method: activation(), at });
      expect(await distance(why.values, expected)).toBeLessThan(1e-6);
      why.dispose();
    }
    const slopes = await attribute(model, x, { method: gradient(), at: layer('hidden', { call: 0 }), target });
    expect(
      await distance(
        slopes.values,
        (await values(square)).map((v) => Math.cos(v) + 1),
      ),
    ).toBeLessThan(1e-6);
    slopes.dispose();
  });

  test('can be put to other values', async () => {
    const x = random([2, 3]);
    // Between the reference 0 and x the gradient of sin at the last tap is that of a sum: 1.
    const why = await attribute(model, x, { method: pathMean(), at: layer('hidden'), target });
    expect(await distance(why.values, tf.sin(tf.square(x)))).toBeLessThan(1e-6);
    why.dispose();
  });

  test('is listed once a pass has met it', async () => {
    using prepared = await prepare(model);
    expect(prepared.layers).toEqual([]);
    (await attribute(prepared, random([2, 3]), { method: gradient(), target })).dispose();
    expect(prepared.layers).toEqual([{ name: 'hidden', kind: 'tap', shape: [null, 3] }]);
  });

  test('of another name is an error that suggests this one', async () => {
    await expect(attribute(model, random([2, 3]), { method: activation(), at: layer('hiden') })).rejects.toThrow(
      expect.objectContaining({ code: 'site', message: expect.stringContaining('Did you mean "hidden"?') }),
    );
    await expect(attribute(tf.square, random([2, 3]), { method: activation(), at: layer('hidden') })).rejects.toThrow(
      expect.objectContaining({ code: 'site', message: expect.stringContaining('tap(name, tensor)') }),
    );
  });

  test('in an asynchronous function keeps its place beside another call', async () => {
    const slow = async (x: tf.Tensor) => {
      await moment();
      return tf.tidy(() => tf.square(tap('a', tf.sin(x))));
    };
    const quick = (x: tf.Tensor) => tf.square(tap('a', tf.cos(x)));
    const x = random([2, 3]);
    const [one, two] = await Promise.all([
      attribute(slow, x, { method: activation(), at: layer('a') }),
      attribute(quick, x, { method: activation(), at: layer('a') }),
    ]);
    expect(await distance(one.values, tf.sin(x))).toBeLessThan(1e-6);
    expect(await distance(two.values, tf.cos(x))).toBeLessThan(1e-6);
    one.dispose();
    two.dispose();
  });
});
