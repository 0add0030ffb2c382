import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { activation, elementAblation, gradient, pathMean } from '../../test/methods';
import { distance, random, values } from '../../test/tensors';
import { type AttributeOptions, attribute, layer, type ModelFunction, type ModelLike, prepare, tap } from '../index';

beforeAll(() => tf.setBackend('cpu'));

const weights = () => random([3, 2], 11, -2, 2);
const steady = (x: tf.Tensor) => tf.matMul(tap('hidden', tf.sin(x)), weights());
/** Rows that depend on each other, each in a way of its own. */
const mixing: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  'a softmax over the batch': (x) => tf.transpose(tf.softmax(tf.transpose(steady(x)))),
  'the mean of the batch taken off': (x) => {
    const y = steady(x);
    return tf.sub(tf.square(y), tf.mean(y, 0, true));
  },
  'batch statistics': (x) => {
    const y = steady(x);
    const { mean, variance } = tf.moments(y, 0);
    return tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, 0.1)));
  },
  'as many columns as rows': (x) => {
    const y = steady(x);
    return tf.pad(tf.matMul(y, y, false, true), [
      [0, 0],
      [1, 1],
    ]);
  },
};
const noteOfMixing = expect.stringContaining('every row was evaluated by itself');
const noteOfUnsteadiness = expect.stringContaining('answers differently when it is asked the same twice');

/** Values and notes, the tensors freed. */
async function explained(model: ModelLike, x: tf.Tensor, options: AttributeOptions) {
  const why = await attribute(model, x, options);
  const found = { values: await values(why.values), notes: why.notes, score: why.score, cost: why.cost };
  why.dispose();
  return found;
}

describe('a model whose rows depend on each other', () => {
  const methods = { gradient: gradient(), path: pathMean(), ablation: elementAblation(), activation: activation() };
  for (const [kind, model] of Object.entries(mixing)) {
    for (const [name, method] of Object.entries(methods)) {
      for (const batchSize of ['auto', 4] as const) {
        test(`by ${kind} is run row by row, and that is noted: ${name}, batches of ${batchSize}`, async () => {
          const x = random([4, 3]);
          const at = method.targetless ? { at: layer('hidden') } : { target: 1 };
          const found = await explained(model, x, { method, batchSize, ...at });
          expect(found.notes).toEqual([noteOfMixing]);
          const alone = await Promise.all(
            tf.split(x, 4).map(async (row) => (await explained(model, row, { method, batchSize: 1, ...at })).values),
          );
          expect(await distance(found.values, alone.flat())).toBe(0);
        });
      }
    }
  }

  test('is found by its prediction too, which is that of a row alone', async () => {
    const model = mixing['the mean of the batch taken off'] as (x: tf.Tensor) => tf.Tensor;
    const x = random([4, 3]);
    const why = await attribute(model, x, { method: gradient() });
    const alone = await Promise.all(tf.split(x, 4).map((row) => values(tf.argMax(model(row), 1))));
    expect(Array.from(why.target.classes ?? [])).toEqual(alone.flat());
    expect(why.notes).toEqual([noteOfMixing]);
    why.dispose();
  });

  test('is found by a score that mixes what the model did not', async () => {
    const target = ([y]: readonly tf.Tensor[]) => tf.sum(tf.sub(y as tf.Tensor, tf.mean(y as tf.Tensor, 0, true)), 1);
    const found = await explained(steady, random([3, 3]), { method: gradient(), target, batchSize: 3 });
    expect(found.notes).toContainEqual(noteOfMixing);
    expect(found.values).toEqual(new Array(9).fill(0));
  });
});

describe('a model whose rows do not depend on each other', () => {
  test('costs one row more in a call of many', async () => {
    const options = { method: pathMean([0.2, 0.4, 0.6, 0.8]), target: 1 };
    const one = await explained(steady, random([3, 3]), { ...options, batchSize: 1 });
    const many = await explained(steady, random([3, 3]), { ...options, batchSize: 5 });
    expect(many.notes).toEqual([]);
    expect(many.cost.forward).toBe(one.cost.forward + 1);
    expect(many.cost.backward).toBe(one.cost.backward);
  });

  test('is not suspected for the rounding of a score that is nearly nothing', async () => {
    // Summed in another order in a batch, as kernels may do: 1e8 too large for what is left.
    const rounded = (x: tf.Tensor) => {
      const large = tf.mul(steady(x), 1e3);
      return x.shape[0] === 1 ? large : tf.sub(tf.add(large, 1e4), 1e4);
    };
    const target = ([y]: readonly tf.Tensor[]) =>
      tf.squeeze(tf.sub(tf.slice(y as tf.Tensor, [0, 0], [-1, 1]), tf.slice(y as tf.Tensor, [0, 0], [-1, 1])), [1]);
    const found = await explained(rounded, random([3, 3]), { method: gradient(), target, batchSize: 3 });
    expect(found.notes).not.toContainEqual(noteOfMixing);
  });

  test('with NaN for an answer is reported for that', async () => {
    const model = (x: tf.Tensor) => tf.log(tf.sub(steady(x), 100));
    await expect(attribute(model, random([3, 3]), { method: gradient(), target: 0, batchSize: 3 })).rejects.toThrow(
      expect.objectContaining({ code: 'not-finite' }),
    );
  });
});

describe('a model that answers differently when it is asked the same twice', () => {
  let draws = 0;
  const unsteady = (x: tf.Tensor) => tf.mul(steady(x), 1 + (draws++ % 7) / 10);

  test('is noted where a row is asked again, and is not taken for one that mixes rows', async () => {
    const found = await explained(unsteady, random([4, 3]), { method: gradient(), target: 1, batchSize: 4 });
    expect(found.notes).toEqual([noteOfUnsteadiness]);
  });

  test('is noted where the prediction is not met again', async () => {
    const found = await explained(unsteady, random([1, 3]), { method: gradient() });
    expect(found.notes).toEqual([noteOfUnsteadiness]);
  });
});

describe('a prepared model', () => {
  test('is asked once, and what was found is said in every call', async () => {
    const model = await prepare(mixing['batch statistics'] as ModelFunction);
    const options = { method: gradient(), target: 1, batchSize: 4 };
    const first = await explained(model, random([4, 3]), options);
    const second = await explained(model, random([4, 3]), options);
    expect(second.values).toEqual(first.values);
    expect(second.notes).toEqual([noteOfMixing]);
    expect(second.cost.forward).toBeLessThan(first.cost.forward);
    model.dispose();
    const rowwise = await prepare(steady);
    const [once, again] = [
      await explained(rowwise, random([4, 3]), options),
      await explained(rowwise, random([4, 3]), options),
    ];
    expect(again.cost.forward).toBe(once.cost.forward - 1);
    // A function may mix the rows itself, and is asked about anew.
    const target = ([y]: readonly tf.Tensor[]) => tf.sum(tf.sub(y as tf.Tensor, tf.mean(y as tf.Tensor, 0, true)), 1);
    expect((await explained(rowwise, random([3, 3]), { ...options, target })).notes).toContainEqual(noteOfMixing);
    rowwise.dispose();
  });

  test.each<[string, (row: tf.Tensor) => tf.Tensor]>([
    ['are all zero', (y) => tf.zerosLike(y)],
    ['are not finite', (y) => tf.div(y, 0)],
    ['are no floats', (y) => tf.cast(y, 'int32')],
  ])('is asked again where answers %s, which tell nothing', async (_, nothing) => {
    let told = false;
    const mixed = mixing['batch statistics'] as (x: tf.Tensor) => tf.Tensor;
    const model = await prepare((x: tf.Tensor) => (told ? mixed(x) : nothing(steady(x))));
    const seen = { method: activation(), at: layer('hidden'), batchSize: 4 };
    expect((await explained(model, random([4, 3]), seen)).notes).toEqual([]);
    told = true;
    expect((await explained(model, random([4, 3]), seen)).notes).toEqual([noteOfMixing]);
    model.dispose();
  });
});

test.each(['together', 'alone'])(
  'a model that answers NaN for rows %s and else a number mixes its rows',
  async (when) => {
    const model = (x: tf.Tensor) => tf.mul(steady(x), (x.shape[0] === 1) === (when === 'alone') ? Number.NaN : 1);
    const found = await explained(model, random([4, 3]), { method: activation(), at: layer('hidden'), batchSize: 4 });
    expect(found.notes).toEqual([noteOfMixing]);
  },
);

test('a model that takes two rows and no other number is never asked about one', async () => {
  const prepared = await prepare((x: tf.Tensor) => {
    expect(x.shape[0]).toBe(2);
    return steady(x);
  });
  const pairs = Object.create(prepared, { rows: { value: 2 } });
  const found = await explained(pairs, random([4, 3]), { method: gradient(), target: 1 });
  expect(found.values).toEqual((await explained(steady, random([4, 3]), { method: gradient(), target: 1 })).values);
  prepared.dispose();
});
