import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { recorded, tapeGradient } from '../../test/tape';
import { distance, random, shadows, values } from '../../test/tensors';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(shadows()).toEqual([]));

type OneInput = (x: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>;

/** Names of the operations recorded. */
async function kernels(model: OneInput, options = {}): Promise<string[]> {
  const { tape, output } = await recorded(model as (...inputs: tf.Tensor[]) => tf.Tensor, [random([2, 3])], options);
  tape.dispose();
  output.dispose();
  return tape.nodes.map(({ kernel }) => kernel);
}
const moment = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('the engine', () => {
  test('is as it was after an error, and everything is freed', async () => {
    await expect(
      kernels((x) => {
        tf.square(x);
        throw new Error('the model broke');
      }),
    ).rejects.toThrow('the model broke');
    expect(shadows()).toEqual([]);
  });

  test('is as it was after a rejection', async () => {
    await expect(
      kernels(async (x) => {
        tf.square(x).dispose();
        await moment();
        tf.exp(x).dispose();
        throw new Error('the model broke later');
      }),
    ).rejects.toThrow('the model broke later');
    expect(shadows()).toEqual([]);
  });

  test('keeps what somebody else has laid over it', async () => {
    const engine = tf.engine();
    const { runKernel } = engine;
    const seen: string[] = [];
    engine.runKernel = (...args) => {
      seen.push(args[0]);
      return runKernel.apply(engine, args) as never;
    };
    try {
      expect(await kernels((x) => tf.square(x))).toEqual(['Square']);
      expect(seen).toContain('Square');
    } finally {
      Reflect.deleteProperty(engine, 'runKernel');
    }
  });
});

describe('an asynchronous model', () => {
  test('is recorded across its pauses', async () => {
    const x = random([2, 3]);
    const gradient = await tapeGradient(async (x) => {
      const y = tf.square(x as tf.Tensor);
      await moment();
      const z = tf.exp(y);
      await moment();
      y.dispose();
      const sum = tf.sum(z);
      z.dispose();
      return sum;
    }, x);
    expect(
      await distance(
        gradient,
        (await values(x)).map((v) => 2 * v * Math.exp(v * v)),
      ),
    ).toBeLessThan(1e-5);
    gradient.dispose();
  });

  test('leaves the user’s own work in its pauses alone', async () => {
    let proceed: (value?: unknown) => void = () => {};
    const pause = new Promise((resolve) => {
      proceed = resolve;
    });
    const names = kernels(async (x) => {
      await pause;
      return tf.square(x);
    });
    await moment();
    const x = tf.tensor1d([1, 2]);
    const tripled = tf.customGrad((x) => ({ value: tf.round(x as tf.Tensor), gradFunc: (dy) => tf.mul(dy, 3) }));
    expect(await values(tf.grad((x) => tripled(tripled(x)))(x))).toEqual([9, 9]);
    proceed();
    expect(await names).toEqual(['Square']);
  });
});
