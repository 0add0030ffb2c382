import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { recorded, tapeGradient, tapeGradients } from '../../test/tape';
import { distance, random, shadows, values } from '../../test/tensors';
import { record, type Tape } from './record';

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
const _moment = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('a recording', () => {
  test('holds the operations in order, numbered from 0, with what went in, what came out and how', async () => {
    const x = random([2, 3]);
    const { tape, output } = await recorded((x) => tf.sum(tf.transpose(x as tf.Tensor), 1), [x]);
    expect(tape.nodes.map(({ index, kernel, names }) => [index, kernel, names])).toEqual([
      [0, 'Transpose', ['x']],
      [1, 'Sum', ['x']],
    ]);
    const [first, second] = tape.nodes;
    expect(first?.attrs).toEqual({ perm: [1, 0] });
    expect(await values(first?.inputs[0] as tf.Tensor)).toEqual(await values(x));
    expect(first?.outputs[0]?.shape).toEqual([3, 2]);
    expect(second?.producer(0)).toBe(first);
    expect(first?.producer(0)).toBeUndefined();
    tape.dispose();
    output.dispose();
  });

  test('holds only what depends on a watched tensor', async () => {
    const weight = random([3, 4]);
    const model: OneInput = (x) => {
      const ready = tf.square(tf.transpose(tf.transpose(weight)));
      return tf.relu(tf.matMul(x, ready));
    };
    expect(await kernels(model)).toEqual(['BatchMatMul', 'Relu']);
  });

  test('leaves out what has no float among its outputs, and all that hangs on it', async () => {
    const model: OneInput = (x) => tf.add(x, tf.reshape(tf.cast(tf.argMax(x, 1), 'float32'), [2, 1]));
    expect(await kernels(model)).toEqual(['Add']);
  });

  test('keeps the values of tensors that the model disposes', async () => {
    const x = random([2, 3]);
    const gradient = await tapeGradient((x) => {
      const y = tf.exp(x as tf.Tensor);
      const z = tf.square(y);
      y.dispose();
      const sum = tf.sum(z);
      z.dispose();
      return sum;
    }, x);
    expect(
      await distance(
        gradient,
        (await values(x)).map((v) => 2 * Math.exp(2 * v)),
      ),
    ).toBeLessThan(1e-5);
    gradient.dispose();
  });

  test('keeps the value a variable had at each use, though the model assigns it in between', async () => {
    const x = tf.tensor1d([3]);
    const variable = tf.variable(tf.tensor1d([2]));
    const gradient = await tapeGradient((x) => {
      const first = tf.mul(x as tf.Tensor, variable);
      variable.assign(tf.tensor1d([10]));
      return tf.add(tf.mul(first, variable), tf.mul(x as tf.Tensor, variable));
    }, x);
    expect(await values(gradient)).toEqual([2 * 10 + 10]);
    tf.dispose([gradient, variable]);
  });

  test('does not see the kernels that a kernel is made of', async () => {
    const kernelName = 'TwiceTheSquare';
    const kernelFunc: tf.KernelFunc = ({ inputs }) => tf.mul(tf.square(inputs.x as tf.Tensor), 2);
    tf.registerKernel({ kernelName, backendName: 'cpu', kernelFunc });
    try {
      // TF.js gives a tensor for one output.
      const model: OneInput = (x) => tf.relu(tf.engine().runKernel(kernelName, { x }) as tf.Tensor);
      expect(await kernels(model)).toEqual([kernelName, 'Relu']);
    } finally {
      tf.unregisterKernel(kernelName, 'cpu');
    }
  });

  test('measures the bytes it holds, though the model has freed its own', async () => {
    const x = random([1000]);
    const chain = (x: tf.Tensor) => tf.tidy(() => Array.from({ length: 10 }).reduce<tf.Tensor>((y) => tf.sin(y), x));
    const { tape, output } = await recorded((x) => tf.sum(chain(x as tf.Tensor)), [x]);
    expect(tape.gauge.most).toBeGreaterThanOrEqual(10 * 4000);
    expect(tape.gauge.most).toBeLessThan(3 * 10 * 4000);
    tape.dispose();
    output.dispose();
  });

  test('watches a tensor made on the way', async () => {
    const { tape, outputs } = await record((tape) => {
      const early = tf.square(tf.scalar(3));
      tape.watch(early);
      return [tf.exp(early), early];
    });
    expect(tape.nodes.map(({ kernel }) => kernel)).toEqual(['Exp']);
    expect(tape.nodes[0]?.inputIds).toEqual([outputs[1]?.id]);
    tape.dispose();
    tf.dispose(outputs);
  });
});

describe('a fused operation', () => {
  const alpha = tf.tidy(() => tf.keep(tf.tensor1d([0.1, -0.3])));
  const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;
  const kernelOf = {
    linear: [],
    relu: ['Relu'],
    relu6: ['Relu6'],
    elu: ['Elu'],
    sigmoid: ['Sigmoid'],
    leakyrelu: ['LeakyRelu'],
    prelu: ['Prelu'],
  };
  const shared = (activation: (typeof activations)[number]) => ({
    bias: tf.tensor1d([0.5, -0.2]),
    activation,
    leakyreluAlpha: 0.3,
    ...(activation === 'prelu' && { preluActivationWeights: alpha }),
  });
  const operations = {
    _FusedMatMul: (activation: (typeof activations)[number], x: tf.Tensor) =>
      tf.fused.matMul({ a: tf.reshape(x, [8, 4]), b: random([4, 2], 3, -3, 3), ...shared(activation) }),
    FusedConv2D: (activation: (typeof activations)[number], x: tf.Tensor) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: random<tf.Tensor4D>([2, 2, 2, 2], 3, -3, 3),
        strides: 1,
        pad: 'same',
        ...shared(activation),
      }),
    FusedDepthwiseConv2D: (activation: (typeof activations)[number], x: tf.Tensor) =>
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: random<tf.Tensor4D>([2, 2, 2, 1], 3, -3, 3),
        strides: 1,
        pad: 'same',
        ...shared(activation),
      }),
  };

  for (const [kernel, operation] of Object.entries(operations)) {
    for (const activation of activations) {
      test(`${kernel} with ${activation} is one operation, two when asked for, and gives the same`, async () => {
        const x = random([1, 4, 4, 2], 8, -3, 3);
        const model = (x?: tf.Tensor) => operation(activation, x as tf.Tensor);
        const whole = await recorded(model, [x]);
        const parts = await recorded(model, [x], { unfuse: true });
        const names = (tape: Tape) => tape.nodes.map((node) => node.kernel).filter((name) => name !== 'Reshape');
        expect(names(whole.tape)).toEqual([kernel]);
        expect(names(parts.tape)).toEqual([kernel, ...kernelOf[activation]]);
        expect(parts.tape.nodes.find((node) => node.kernel === kernel)?.attrs.activation).toBe('linear');
        expect(await distance(whole.output, parts.output)).toBeLessThan(1e-6);
        expect(await distance(whole.output, model(x))).toBe(0);
        for (const { tape, output } of [whole, parts]) {
          tape.dispose();
          output.dispose();
        }
      });
    }
  }
});

describe('a custom gradient', () => {
  /** Rounds, and lets the gradient pass straight through. */
  const straightThrough = tf.customGrad((x) => ({
    value: tf.round(x as tf.Tensor),
    gradFunc: (dy) => dy as tf.Tensor,
  }));

  test('of the model’s author is honoured', async () => {
    const x = tf.tensor1d([0.2, 0.7, -1.4]);
    const gradient = await tapeGradient((x) => tf.square(straightThrough(x as tf.Tensor)), x);
    expect(await values(gradient)).toEqual([0, 2, -2]);
    gradient.dispose();
  });

  test('is one operation, and what it saved is at hand when walking back', async () => {
    const clipped = tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      const gradFunc = (dy: tf.Tensor, [x]: tf.Tensor[]) => tf.mul(dy, tf.cast(tf.less(x as tf.Tensor, 1), 'float32'));
      return {
        value: tf.tidy(() => tf.minimum(tf.square(tf.sqrt(x as tf.Tensor)), 1)),
        gradFunc: gradFunc as (dy: tf.Tensor) => tf.Tensor,
      };
    });
    const x = tf.tensor1d([0.5, 2]);
    const { tape, output } = await recorded((x) => clipped(tf.mul(x as tf.Tensor, 1)), [x]);
    expect(tape.nodes.map(({ kernel }) => kernel)).toEqual(['Multiply', 'customGrad']);
    tape.dispose();
    output.dispose();
    const gradient = await tapeGradient((x) => clipped(tf.mul(x as tf.Tensor, 1)), x);
    expect(await values(gradient)).toEqual([1, 0]);
    gradient.dispose();
  });

  test('of two inputs gives each its own', async () => {
    const odd = tf.customGrad((a, b) => ({
      value: tf.add(a as tf.Tensor, b as tf.Tensor),
      gradFunc: ((dy: tf.Tensor) => [tf.mul(dy, 2), tf.mul(dy, 3)]) as unknown as (dy: tf.Tensor) => tf.Tensor,
    }));
    const inputs = [tf.scalar(1), tf.scalar(1)];
    const [a, b] = await tapeGradients((...[a, b]) => odd(a as tf.Tensor, b as tf.Tensor), inputs);
    expect([...(await values(a as tf.Tensor)), ...(await values(b as tf.Tensor))]).toEqual([2, 3]);
    tf.dispose([a as tf.Tensor, b as tf.Tensor]);
  });

  test('that TF.js itself uses is looked into', async () => {
    const bias = tf.zeros([2]);
    const models: Record<string, [OneInput, string]> = {
      'fused matMul': [(x) => tf.fused.matMul({ a: x, b: random([3, 2]), bias }), '_FusedMatMul'],
      'log-softmax': [(x) => tf.logSoftmax(x), 'LogSoftmax'],
      'log-sigmoid': [(x) => tf.logSigmoid(x), 'Softplus'],
    };
    for (const [model, kernel] of Object.values(models)) {
      const names = await kernels(model);
      expect(names).not.toContain('customGrad');
      expect([...names, names.includes('Exp') ? 'LogSoftmax' : '']).toContain(kernel);
    }
  });
});

describe('reading values back', () => {
  const readers: Record<string, OneInput> = {
    'with dataSync': (x) => tf.tensor(tf.square(x).dataSync(), x.shape),
    'with arraySync': (x) => tf.tensor(tf.square(x).arraySync(), x.shape),
    'with data': async (x) => {
      const square = tf.square(x);
      return tf.tensor(await square.data().finally(() => square.dispose()), x.shape);
    },
    'through a reshape that shares its data': (x) => tf.tensor(tf.reshape(x, [6]).dataSync(), x.shape),
    'of the input itself': (x) => tf.tensor(x.dataSync(), x.shape),
  };
  for (const [name, model] of Object.entries(readers)) {
    test(`${name} is an error, as its influence would be lost`, async () => {
      await expect(kernels(model)).rejects.toThrow(expect.objectContaining({ code: 'read-back' }));
    });
  }

  test('is fine for what does not depend on the input', async () => {
    const weight = random([2, 3]);
    expect(await kernels((x) => tf.mul(x, tf.tensor(tf.square(weight).dataSync(), x.shape)))).toEqual(['Multiply']);
    expect(await kernels((x) => tf.mul(x, tf.cast(tf.argMax(x), 'float32').dataSync()[0] ?? 0))).toEqual(['Multiply']);
  });
});
