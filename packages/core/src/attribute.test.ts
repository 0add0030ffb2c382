import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { activation, elementAblation, gradient, pathMean, smooth } from '../test/methods';
import { distance, random, shadows, values } from '../test/tensors';
import {
  type AttributeOptions,
  asIs,
  attribute,
  contrast,
  defineMethod,
  layer,
  neuron,
  output,
  predicted,
  prepare,
  sum,
  tap,
} from './index';

beforeAll(() => tf.setBackend('cpu'));

const plain = { uses: [], deterministic: true, rowwise: true } as const;
const squares = (x: tf.Tensor) => tf.sum(tf.square(x), 1, true);
/** Two classes out of three numbers, with a tap on the way. */
const network = (x: tf.Tensor) => {
  const hidden = tap('hidden', tf.tanh(tf.matMul(x, random([3, 4], 11))));
  return tf.matMul(tf.mul(hidden, hidden), random([4, 2], 12));
};
/** ∂(column `i` of the network)/∂x, written out. */
async function slopes(x: tf.Tensor, i: number): Promise<number[]> {
  const [w1, w2] = [await rows(random([3, 4], 11)), await rows(random([4, 2], 12))];
  return (await rows(x)).flatMap((row) => {
    const hidden = [0, 1, 2, 3].map((h) =>
      Math.tanh(row.reduce((total, value, k) => total + value * (w1[k]?.[h] ?? 0), 0)),
    );
    return row.map((_, k) =>
      hidden.reduce((total, a, h) => total + 2 * a * (1 - a * a) * (w1[k]?.[h] ?? 0) * (w2[h]?.[i] ?? 0), 0),
    );
  });
}
async function rows(of: tf.Tensor): Promise<number[][]> {
  const data = await values(of);
  const [count = 1] = of.shape;
  return Array.from({ length: count }, (_, i) =>
    data.slice((i * data.length) / count, ((i + 1) * data.length) / count),
  );
}

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

describe('nothing is left behind', () => {
  // The guard around every test finds tensors that were not disposed.
  const failing = (where: string) =>
    defineMethod('failing', { ...plain, uses: ['baseline'] }, () => async (probe) => {
      await probe.x();
      await probe.reference();
      await probe.score(predicted());
      await probe.score(output(0, predicted()));
      const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
      tf.dispose(mean.flat() as tf.Tensor[]);
      for await (const child of probe.expand(2, (rows) => ({ inputs: probe.inputs.map((x) => rows.take(x)) }))) {
        await child.x();
        if (where === 'in an expansion') throw new Error(where);
      }
      throw new Error(where);
    })();

  for (const at of [undefined, layer('hidden')]) {
    for (const where of ['at the end', 'in an expansion']) {
      test(`by a method that fails ${where} ${at ? 'at a layer' : 'at the inputs'}`, async () => {
        const options = { method: failing(where), target: 1, ...(at && { at }) };
        await expect(attribute(network, random([3, 3]), options)).rejects.toThrow(where);
        expect(shadows()).toEqual([]);
      });
    }
  }

  test('by a model that fails at its third run', async () => {
    for (const asynchronous of [false, true]) {
      let runs = 0;
      const broken = (x: tf.Tensor): tf.Tensor | Promise<tf.Tensor> => {
        if (++runs === 3) throw new Error('broken');
        return asynchronous ? Promise.resolve().then(() => squares(x)) : squares(x);
      };
      const options = { method: pathMean(), batchSize: 2, target: 0 };
      await expect(attribute(broken, random([3, 3]), options)).rejects.toThrow('broken');
    }
  });
});

describe('an abort', () => {
  const methods = {
    'a path': pathMean(),
    'an ablation': elementAblation(),
    'an expansion': smooth(pathMean([0.5, 1]), { copies: 2 }),
  };
  for (const [name, method] of Object.entries(methods)) {
    for (const at of [undefined, layer('hidden')]) {
      test(`at any batch of ${name} ${at ? 'at a layer' : 'at the inputs'} rejects with its reason`, async () => {
        const x = random([2, 3]);
        const options = { method, batchSize: 2, ...(at && { at }) };
        let batches = 0;
        const whole = await attribute(network, x, { ...options, onProgress: () => void batches++ });
        whole.dispose();
        expect(batches).toBeGreaterThan(3);
        for (let stop = 1; stop <= batches; stop++) {
          const controller = new AbortController();
          const reason = new Error(`stopped at ${stop}`);
          let seen = 0;
          const onProgress = () => {
            if (++seen === stop) controller.abort(reason);
          };
          await expect(attribute(network, x, { ...options, signal: controller.signal, onProgress })).rejects.toBe(
            reason,
          );
          expect(seen).toBe(stop);
        }
      });
    }
  }

  test('before the call rejects without a run of the model', async () => {
    const reason = new Error('never mind');
    let runs = 0;
    const model = (x: tf.Tensor) => {
      runs++;
      return network(x);
    };
    for (const at of [undefined, layer('hidden')]) {
      const options = { method: gradient(), signal: AbortSignal.abort(reason), ...(at && { at }) };
      await expect(attribute(model, random([2, 3]), options)).rejects.toBe(reason);
    }
    expect(runs).toBe(0);
  });
});

describe('progress', () => {
  test('counts model rows, never goes back, and ends when all is done', async () => {
    for (const at of [undefined, layer('hidden')]) {
      for (const method of [gradient(), pathMean(), elementAblation(), smooth(pathMean(), { copies: 3 })]) {
        const told: { done: number; total: number }[] = [];
        const options = {
          method,
          batchSize: 3,
          ...(at && { at }),
          onProgress: (p: { done: number; total: number }) => void told.push(p),
        };
        const why = await attribute(network, random([3, 3]), options);
        why.dispose();
        told.forEach(({ done, total }, i) => {
          expect(done).toBeGreaterThan(told[i - 1]?.done ?? 0);
          expect(total).toBeGreaterThanOrEqual(Math.max(done, told[i - 1]?.total ?? 0));
        });
        expect(told.at(-1)?.done).toBe(told.at(-1)?.total);
        expect(why.cost.forward).toBeGreaterThanOrEqual(told.at(-1)?.done ?? Number.NaN);
      }
    }
  });
});

describe('calls at the same time', () => {
  const moment = () => new Promise((resolve) => setTimeout(resolve, 1));
  /** Frees what it makes on the way, as asynchronous code must. */
  const slowly = async (x: tf.Tensor) => {
    await moment();
    const y = tf.tidy(() => network(x));
    await moment();
    return y;
  };

  test('give what they give one after the other, to the bit, and cost as much', async () => {
    const x = random([5, 3]);
    const model = await prepare(network);
    const options: AttributeOptions[] = [
      { method: gradient() },
      { method: pathMean(), target: 1, memory: 4000 },
      { method: gradient(), at: layer('hidden'), target: neuron(layer('hidden'), 2) },
      { method: elementAblation(), target: 0, at: layer('hidden') },
      { method: smooth(gradient()), seed: 3 },
      { method: activation(), at: layer('hidden', { call: 0 }) },
    ];
    // Once a prepared model, its rows are held against each other.
    (await attribute(model, x, { method: gradient() })).dispose();
    const alone = [];
    for (const each of options) alone.push(await attribute(model, x, each));
    const together = await Promise.all(options.map((each) => attribute(model, x, each)));
    for (const [i, why] of together.entries()) {
      expect(await values(why.values)).toEqual(await values(alone[i]?.values as tf.Tensor));
      expect({ ...why.cost, milliseconds: 0 }).toEqual({ ...alone[i]?.cost, milliseconds: 0 });
    }
    for (const why of [...alone, ...together]) why.dispose();
    model.dispose();
  });

  test('on asynchronous functions do not disturb each other, nor the user’s own tensors and gradients', async () => {
    const x = random([2, 3]);
    const calls = Promise.all([0, 1].map((target) => attribute(slowly, x, { method: gradient(), target })));
    const cubed = tf.customGrad((x) => ({
      value: tf.mul(x as tf.Tensor, tf.square(x as tf.Tensor)),
      gradFunc: (dy) => tf.mul(dy, tf.mul(3, tf.square(x as tf.Tensor))),
    }));
    for (let i = 0; i < 5; i++) {
      await moment();
      expect(
        await distance(
          tf.grad((x) => cubed(x))(x),
          (await values(x)).map((v) => 3 * v * v),
        ),
      ).toBeLessThan(1e-6);
      expect(x.dataSync()).toEqual(await x.data());
    }
    for (const [target, why] of (await calls).entries()) {
      expect(await distance(why.values, await slopes(x, target))).toBeLessThan(1e-5);
      why.dispose();
    }
  });
});

describe('context', () => {
  /** Σ x · w, with w given for each example. */
  const weighted = (x: tf.Tensor, w: tf.Tensor) => tf.sum(tf.mul(tf.square(x), w), 1, true);

  test('is fed to every row with its example, never attributed', async () => {
    const [x, w] = [random([3, 2], 1), random([3, 2], 2)];
    const [slope, exact] = [tf.mul(tf.mul(x, w), 2), tf.mul(tf.square(x), w)];
    const close = async (got: tf.Tensor, expected: tf.Tensor) =>
      expect(await values(got)).toEqual((await values(expected)).map((value) => expect.closeTo(value, 5)));
    for (const batchSize of [1, 4]) {
      const why = await attribute(weighted, x, { method: gradient(), context: w, batchSize });
      await close(why.values, slope);
      const path = await attribute(weighted, [x], { method: pathMean(), context: [w], batchSize });
      await close(path.values[0] as tf.Tensor, exact);
      const smoothed = await attribute(weighted, x, {
        method: smooth(pathMean(), { noise: 0 }),
        context: w,
        batchSize,
      });
      await close(smoothed.values, exact);
      for (const one of [why, path, smoothed]) one.dispose();
    }
    tf.dispose([x, w, slope, exact]);
  });

  test('may be integers, and named', async () => {
    const [x, ids] = [random([2, 3], 1), tf.tensor2d([[0], [2]], [2, 1], 'int32')];
    const chosen = ({ x, ids }: Record<string, tf.Tensor>) =>
      tf.sum(tf.mul(x as tf.Tensor, tf.oneHot(tf.reshape(ids as tf.Tensor, [-1]), 3)), 1, true);
    const why = await attribute(chosen, { x }, { method: gradient(), context: { ids } });
    expect(await values(why.values.x)).toEqual([1, 0, 0, 0, 0, 1]);
    why.dispose();
    tf.dispose([x, ids]);
  });

  test('has a row for each example', async () => {
    const call = attribute(weighted, random([3, 2], 1), { method: gradient(), context: random([2, 2], 2) });
    await expect(call).rejects.toThrow(/3, 2 examples/);
  });
});
