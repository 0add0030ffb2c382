import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { values } from '../test/tensors';
import { rowMap } from './rows';
import { evaluate } from './score';
import { layer } from './site';
import {
  contrast,
  isData,
  neuron,
  output,
  outputIndex,
  perExample,
  predicted,
  resolveTarget,
  type Target,
} from './target';

beforeAll(() => tf.setBackend('cpu'));

const logits = [
  [0.1, 0.7, -0.3],
  [2, -1, 0.5],
];
const activations = [
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8],
  ],
];

/** The scores of two rows of each of the two examples, and what was resolved, for these outputs. */
async function scoresOf(target: Target, outputs: tf.Tensor[] = [tf.tensor2d(logits)], names?: string[]) {
  let asked = 0;
  const { score, resolved } = await resolveTarget(target, {
    examples: outputs[0]?.shape[0] ?? 0,
    outputs: async () => {
      asked++;
      return { tensors: outputs, ...(names && { names }) };
    },
    site: async (site) => ({ call: 0, ...site }),
  });
  const rows = rowMap(0, 2 * (outputs[0]?.shape[0] ?? 0), 2);
  const scores = tf.tidy(() => {
    const twice = outputs.map((tensor) => rows.take(tensor));
    return evaluate(score, { tensors: twice }, () => [rows.take(tf.tensor3d(activations))], rows);
  });
  const data = await values(scores);
  scores.dispose();
  expect(data.filter((_, i) => i % 2 === 0)).toEqual(data.filter((_, i) => i % 2 === 1));
  return { scores: data.filter((_, i) => i % 2 === 0), resolved, asked };
}
const close = (expected: number[]) => expected.map((value) => expect.closeTo(value, 6));

describe('a target', () => {
  test('as a number is that column, from the end if negative', async () => {
    expect((await scoresOf(1)).scores).toEqual(close([0.7, -1]));
    expect((await scoresOf(-1)).scores).toEqual(close([-0.3, 0.5]));
    expect((await scoresOf(1)).resolved).toEqual({
      kind: 'class',
      classes: Int32Array.of(1, 1),
      description: 'class 1',
    });
  });

  test('as a number needs no look at the outputs', async () => {
    expect((await scoresOf(1)).asked).toBe(0);
  });

  test('that counts from the end is resolved to the class it means', async () => {
    expect((await scoresOf(-1)).resolved).toEqual({
      kind: 'class',
      classes: Int32Array.of(2, 2),
      description: 'class 2',
    });
    expect((await scoresOf(perExample([0, -2]))).resolved.classes).toEqual(Int32Array.of(0, 1));
  });

  test('left to the model is the largest of each example', async () => {
    const { scores, resolved } = await scoresOf(predicted());
    expect(scores).toEqual(close([0.7, 2]));
    expect(resolved.classes).toEqual(Int32Array.of(1, 0));
    expect(resolved.description).toBe('class 1, 0');
  });

  test('left to the model is the first of equals', async () => {
    expect((await scoresOf(predicted(), [tf.tensor2d([[1, 5, 5]])])).resolved.classes).toEqual(Int32Array.of(1));
  });

  test('left to a model with one value for each example is that value', async () => {
    for (const outputs of [tf.tensor2d([[3], [4]]), tf.tensor1d([3, 4])]) {
      const { scores, resolved } = await scoresOf(predicted(), [outputs]);
      expect(scores).toEqual([3, 4]);
      expect(resolved.classes).toEqual(Int32Array.of(0, 0));
      expect((await scoresOf(0, [outputs])).scores).toEqual([3, 4]);
      expect((await scoresOf(-1, [outputs])).scores).toEqual([3, 4]);
    }
  });

  test('left to a model with an output of several dims is the largest element', async () => {
    const { scores, resolved } = await scoresOf(predicted(), [tf.neg(tf.tensor3d(activations))]);
    expect(scores).toEqual([-1, -5]);
    expect(resolved).toEqual({ kind: 'element', description: 'element [0,0]' });
  });

  test('can differ from example to example', async () => {
    const { scores, resolved } = await scoresOf(perExample([2, 0]));
    expect(scores).toEqual(close([-0.3, 2]));
    expect(resolved.classes).toEqual(Int32Array.of(2, 0));
    expect((await scoresOf(perExample(Int32Array.of(2, 0)))).scores).toEqual(close([-0.3, 2]));
    const elements = perExample([
      [1, 0],
      [0, -1],
    ]);
    expect((await scoresOf(elements, [tf.tensor3d(activations)])).scores).toEqual([3, 6]);
  });

  test('can be one element of an output of several dims', async () => {
    expect((await scoresOf(outputIndex(1, -1), [tf.tensor3d(activations)])).scores).toEqual([4, 8]);
  });

  test('can be of one of several outputs, by name or number', async () => {
    const outputs = [tf.tensor2d(logits), tf.tensor2d([[10], [20]])];
    const names = ['class', 'size'];
    expect((await scoresOf(output('size'), outputs, names)).scores).toEqual([10, 20]);
    expect((await scoresOf(output(1, 0), outputs)).scores).toEqual([10, 20]);
    expect((await scoresOf(output('class', 2), outputs, names)).scores).toEqual(close([-0.3, 0.5]));
    expect((await scoresOf(output('class'), outputs, names)).resolved.classes).toEqual(Int32Array.of(1, 0));
  });

  test('can be how much more one is than another, of any two', async () => {
    const { scores, resolved } = await scoresOf(contrast(predicted(), perExample([0, 2])));
    expect(scores).toEqual(close([0.7 - 0.1, 2 - 0.5]));
    expect(resolved).toEqual({ kind: 'contrast', description: 'class 1, 0 against class 0, 2' });
    expect((await scoresOf(contrast(neuron(layer('h'), [1, 1]), 0))).scores).toEqual(close([4 - 0.1, 8 - 2]));
  });

  test('can be a neuron, by index or by function of its layer', async () => {
    expect((await scoresOf(neuron(layer('h'), [0, -1]))).scores).toEqual([2, 6]);
    const { scores, resolved } = await scoresOf(neuron(layer('h'), (h) => tf.sum(h, [1, 2])));
    expect(scores).toEqual([10, 26]);
    expect(resolved).toEqual({ kind: 'neuron', description: 'a function of h' });
    expect((await scoresOf(neuron(layer('h'), [0, 0]))).resolved.description).toBe('neuron [0,0] of h');
  });

  test('can be another neuron from example to example', async () => {
    const each = perExample([
      [1, 0],
      [0, -1],
    ]);
    const { scores, resolved } = await scoresOf(neuron(layer('h'), each));
    expect(scores).toEqual([3, 6]);
    expect(resolved).toEqual({ kind: 'neuron', description: 'neuron [1,0], [0,-1] of h' });
    const same = perExample([
      [1, 0],
      [1, 0],
    ]);
    expect((await scoresOf(neuron(layer('h'), same))).resolved.description).toBe('neuron [1,0] of h');
  });

  test('is data unless a function of the user’s is in it', () => {
    const at = layer('h');
    for (const target of [undefined, 1, perExample([1]), neuron(at, [1]), neuron(at, perExample([1])), contrast(1, 0)])
      expect(isData(target)).toBe(true);
    const score = ([y]: readonly tf.Tensor[]) => y as tf.Tensor;
    const inside = neuron(at, (h) => h);
    for (const target of [score, inside, contrast(1, inside), contrast(score, 1), output('y', score)])
      expect(isData(target)).toBe(false);
  });

  test('can be any function of the outputs, with the caller’s own values for each row', async () => {
    const labels = tf.tensor1d([100, 200]);
    const target: Target = ([y], rows) => tf.add(tf.max(y as tf.Tensor, 1), rows.take(labels));
    expect((await scoresOf(target)).scores).toEqual([expect.closeTo(100.7, 4), 202]);
    expect((await scoresOf(([y]) => tf.slice(y as tf.Tensor, [0, 0], [-1, 1]))).scores).toEqual(close([0.1, 2]));
  });

  test('may be of integers or booleans', async () => {
    expect((await scoresOf(1, [tf.tensor2d([[1, 2]], [1, 2], 'int32')])).scores).toEqual([2]);
  });
});

describe('a target that cannot be meant is an error that says what can', () => {
  const two = () => [tf.tensor2d(logits), tf.tensor2d(logits)];
  const wrong: Record<string, [Target, RegExp, ((() => tf.Tensor[]) | undefined)?, string[]?]> = {
    'a class too far': [3, /index \[3\].*\[examples, 3\]/],
    'a class too far from the end': [-4, /index \[-4\]/],
    'half a class': [0.5, /index \[0.5\]/],
    'one class of an output of several dims': [1, /outputIndex/, () => [tf.tensor3d(activations)]],
    'too many indices': [outputIndex(0, 0), /index \[0,0\]/],
    'too few entries': [perExample([1]), /1 entries for 2 examples/],
    'an entry that is no index': [perExample([1, '0' as unknown as number]), /perExample with "0"/],
    'too few neurons': [neuron(layer('h'), perExample([[0, 0]])), /1 entries for 2 examples/],
    'a neuron too far': [neuron(layer('h'), [0, 2]), /index \[0,2\] into the layer "h".*neuron\(site, \[0,0\]\)/],
    'a neuron that is no index': [neuron(layer('h'), '0' as unknown as number), /a neuron of index "0".*perExample/],
    'neurons in a bare list': [
      neuron(layer('h'), [
        [0, 0],
        [1, 1],
      ] as unknown as number[]),
      /a neuron of index \[\[0,0\],\[1,1\]\].*neuron\(site, perExample\(\[\[2, 1\], \[0, 3\]\]\)\)/,
    ],
    'an unknown output': [output('box', 0), /"box".*"class", "size"/, undefined, ['class', 'size']],
    'a name where there are none': [output('box', 0), /a number below 1/],
    'an output too far': [output(1, 0), /output 1 of a model with 1/],
    'no choice among outputs': [predicted(), /2 outputs.*output\(nameOrIndex/, two],
    'a class of no chosen output': [1, /2 outputs.*output\(nameOrIndex/, two],
    'a class from the end of no chosen output': [-1, /2 outputs.*output\(nameOrIndex/, two],
    'a function of another shape': [([y]) => y as tf.Tensor, /shape \[4,3\].*\[4\]/],
    'a function that gives integers': [([y]) => tf.argMax(y as tf.Tensor, 1), /int32/],
    'something else': [{ kind: 'class' } as unknown as Target, /predicted\(\), perExample\(\)/],
  };
  for (const [name, [target, message, outputs, names]] of Object.entries(wrong)) {
    test(name, async () => {
      await expect(scoresOf(target, outputs?.(), names)).rejects.toThrow(
        expect.objectContaining({ code: 'target', message: expect.stringMatching(message) }),
      );
    });
  }

  test('an output that is not finite', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(scoresOf(predicted(), [tf.tensor2d([[1, value]])])).rejects.toThrow(
        expect.objectContaining({ code: 'not-finite' }),
      );
    }
  });

  test('an output without a row for each row', async () => {
    const { score } = await resolveTarget(0, {
      examples: 2,
      outputs: async () => ({ tensors: [] }),
      site: async (s) => ({ call: 0, ...s }),
    });
    expect(() => tf.tidy(() => evaluate(score, { tensors: [tf.zeros([1, 3])] }, () => [], rowMap(0, 2, 1)))).toThrow(
      expect.objectContaining({ code: 'target', message: expect.stringContaining('[1,3] for 2 rows') }),
    );
  });
});
