import * as tf from '@tensorflow/tfjs';
import { backendsHere, convolutionToy, denseToy, openBackend } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AttributeOptions, attribute, prepare } from '../../src/index';
import { branching } from '../branching';
import { gradient, pathMean } from '../methods';
import { distance, random, values } from '../tensors';
import { moment, slowly, w2 } from './slowly';

for (const backend of backendsHere) {
  describe(`the user’s own work on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    /** tanh(x w) v with a variable in it, and its gradient for class 0 written out. */
    const variable = () => tf.variable(random([5, 4], 21));
    const from = (x: tf.Tensor, w: tf.Tensor) => tf.matMul(tf.tanh(tf.matMul(x, w)), w2());
    async function slopes(x: tf.Tensor, w: tf.Tensor): Promise<number[]> {
      const slope = tf.tidy(() => {
        const hidden = tf.tanh(tf.matMul(x, w));
        const column = tf.slice(w2(), [0, 0], [-1, 1]);
        return tf.matMul(tf.mul(tf.sub(1, tf.square(hidden)), tf.transpose(column)), w, false, true);
      });
      return values(slope);
    }

    test('a training step between batches is right, and every batch has the weights of its time', async () => {
      const x = random([4, 5]);
      const [w, twin] = [variable(), variable()];
      const model = await prepare((x: tf.Tensor) => from(x, w));
      const step = (w: tf.Variable) => {
        const optimizer = tf.train.sgd(0.5);
        const cost = optimizer.minimize(() => tf.mean(tf.square(from(x, w))) as tf.Scalar, true, [w]);
        cost?.dispose();
        optimizer.dispose();
      };
      const expected: number[] = [];
      for (let row = 0; row < 4; row++) {
        expected.push(...(await slopes(tf.slice(x, [row, 0], [1, 5]), twin)));
        step(twin);
      }
      const onProgress = () => step(w);
      const why = await attribute(model, x, { method: gradient(), target: 0, batchSize: 1, onProgress });
      expect(await distance(why.values, expected)).toBeLessThan(1e-5);
      expect(await distance(w, twin)).toBe(0);
      why.dispose();
      model.dispose();
      tf.dispose([w, twin]);
    });

    test('weights set anew between calls are not taken from what was kept of the old', async () => {
      const toy = convolutionToy();
      // Every toy is a LayersModel here.
      const model = toy.model as tf.LayersModel;
      const prepared = await prepare(model);
      const x = random([2, ...toy.inputShape]);
      for (let round = 0; round < 4; round++) {
        const kept = await attribute(prepared, x, { method: gradient(), target: 0 });
        const fresh = await attribute(model, x, { method: gradient(), target: 0 });
        expect(await distance(kept.values, fresh.values)).toBeLessThan(1e-6);
        for (const each of [kept, fresh]) each.dispose();
        tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.mul(weight, -1.5))));
      }
      prepared.dispose();
      toy.dispose();
    });

    test('predicting between batches and in the pauses of a model is right for both', async () => {
      const toy = denseToy();
      const x = random([3, 5]);
      const expected = await values(toy.predict(x));
      const alone = await attribute(slowly, x, { method: pathMean(), target: 1 });
      const predictions: Promise<number[]>[] = [];
      const predict = () => {
        const y = toy.predict(x);
        predictions.push(values(y).finally(() => y.dispose()));
      };
      const call = attribute(slowly, x, { method: pathMean(), target: 1, onProgress: predict });
      for (let i = 0; i < 5; i++) {
        await moment();
        predict();
      }
      const why = await call;
      expect(await values(why.values)).toEqual(await values(alone.values));
      expect(predictions.length).toBeGreaterThan(5);
      for (const each of await Promise.all(predictions)) expect(each).toEqual(expected);
      for (const each of [alone, why]) each.dispose();
      toy.dispose();
    });

    test('a tf.grad in the pauses of a model, also through its own weights, is right for both', async () => {
      const x = random([3, 5]);
      const w = variable();
      const slow = async (x: tf.Tensor) => {
        await moment();
        const hidden = tf.tidy(() => tf.tanh(tf.matMul(x, w)));
        await moment();
        const y = tf.tidy(() => tf.matMul(hidden, w2()));
        hidden.dispose();
        return y;
      };
      const bySquare = tf.customGrad((x) => ({
        value: tf.square(x as tf.Tensor),
        gradFunc: (dy) => tf.mul(dy, tf.mul(2, x as tf.Tensor)),
      }));
      const expected = await slopes(x, w);
      const calls = Promise.all([0, 1].map(() => attribute(slow, x, { method: gradient(), target: 0, batchSize: 1 })));
      for (let i = 0; i < 12; i++) {
        await moment();
        const mine = tf.tidy(() => tf.grad((x) => tf.slice(from(x, w), [0, 0], [-1, 1]))(x));
        expect(await distance(mine, expected)).toBeLessThan(1e-5);
        const custom = tf.tidy(() => tf.grad((x) => bySquare(x))(x));
        expect(await distance(custom, await values(tf.mul(x, 2)))).toBeLessThan(1e-6);
        const { grads, value } = tf.variableGrads(() => tf.sum(from(x, w)) as tf.Scalar, [w]);
        expect(Object.values(grads)[0]?.shape).toEqual([5, 4]);
        tf.dispose([mine, custom, grads, value]);
      }
      for (const why of await calls) {
        expect(await distance(why.values, expected)).toBeLessThan(1e-5);
        why.dispose();
      }
      w.dispose();
    });

    test('a tf.grad while executeAsync waits is right for both', async () => {
      const model = await branching(5);
      const x = random([2, 5], 3, 0, 1);
      const options = { method: gradient(), target: 0, batchSize: 1 };
      // Nothing is left to load: what is read from a file waits for more than microtasks.
      (await attribute(model, x, options)).dispose();
      let done = false;
      const call = attribute(model, x, options).finally(() => {
        done = true;
      });
      let asked = 0;
      while (!done) {
        await undefined; // between any two microtasks of the executor
        const mine = tf.tidy(() => tf.grad((x) => tf.mul(x, tf.square(x)))(x));
        const expected = tf.tidy(() => tf.mul(3, tf.square(x)));
        expect(await distance(mine, expected)).toBeLessThan(1e-5);
        tf.dispose([mine, expected]);
        asked++;
      }
      expect(asked).toBeGreaterThan(3);
      const why = await call;
      const inputs = await values(x);
      expect(
        await distance(
          why.values,
          inputs.map((v, i) => (i % 5 === 0 ? 2 * v : 0)),
        ),
      ).toBeLessThan(1e-6);
      why.dispose();
      model.dispose();
    });

    test('reading, profiling and scopes of one’s own in the pauses are right for both', async () => {
      const x = random([3, 5]);
      const alone = await attribute(slowly, x, { method: gradient(), target: 1 });
      const call = attribute(slowly, x, { method: gradient(), target: 1 });
      const inputs = await values(x);
      for (let i = 0; i < 5; i++) {
        await moment();
        expect(Array.from(x.dataSync())).toEqual(inputs);
        const info = await tf.profile(() => tf.tidy(() => void tf.square(tf.sin(x))));
        expect(info.kernels.map(({ name }) => name)).toEqual(['Sin', 'Square']);
        tf.engine().startScope('mine');
        const y = tf.square(x);
        tf.engine().endScope();
        expect(y.isDisposed).toBe(true);
      }
      const why = await call;
      expect(await values(why.values)).toEqual(await values(alone.values));
      for (const each of [alone, why]) each.dispose();
    });

    test('something laid over the engine in a pause stays until its owner takes it off', async () => {
      const x = random([2, 5]);
      const engine = tf.engine() as unknown as Record<'runKernelFunc', (...args: unknown[]) => unknown>; // private in its types
      const call = attribute(slowly, x, { method: gradient(), target: 1 });
      await moment();
      const below = Object.getOwnPropertyDescriptor(engine, 'runKernelFunc');
      const { runKernelFunc } = engine;
      let seen = 0;
      engine.runKernelFunc = (...args) => {
        seen++;
        return runKernelFunc.apply(engine, args);
      };
      (await call).dispose();
      const before = seen;
      tf.square(x).dispose();
      expect(seen).toBe(before + 1);
      if (below) Object.defineProperty(engine, 'runKernelFunc', below);
      else Reflect.deleteProperty(engine, 'runKernelFunc');
      // What is left of ours does nothing of its own.
      expect(
        await distance(
          tf.square(x),
          (await values(x)).map((v) => v * v),
        ),
      ).toBeLessThan(1e-6);
      Reflect.deleteProperty(engine, 'runKernelFunc');
      (await attribute(slowly, x, { method: gradient(), target: 1 } satisfies AttributeOptions)).dispose();
    });
  });
}
