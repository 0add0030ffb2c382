import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { recorded, tapeGradients } from '../../test/tape';
import { distance, random, values } from '../../test/tensors';
import { gradients } from '../gradients';
import type { GradientTable } from '../gradients/rule';
import { backward } from './backward';
import { record } from './record';
import type { RuleSet } from './rules';
import { weightCache } from './weight-cache';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

describe('the walk back', () => {
  test('gives each of several wanted tensors its own gradient', async () => {
    const inputs = [random([2, 3], 1), random([2, 3], 2)];
    const model = (...[a, b]: tf.Tensor[]) => tf.mul(tf.square(a as tf.Tensor), tf.tanh(b as tf.Tensor));
    const ours = await tapeGradients(model, inputs);
    const theirs = tf.grads(model)(inputs);
    for (const i of [0, 1]) expect(await distance(ours[i] as tf.Tensor, theirs[i] as tf.Tensor)).toBeLessThan(1e-6);
  });

  test('gives nothing to a tensor that the target does not depend on', async () => {
    const [toA, toB] = await tapeGradients((a) => tf.square(a as tf.Tensor), [random([3], 1), random([3], 2)]);
    expect(toA).toBeDefined();
    expect(toB).toBeUndefined();
  });

  test('gives nothing through integers and booleans', async () => {
    const steps = (x: tf.Tensor) => tf.cast(tf.cast(x, 'int32'), 'float32');
    const signs = (x: tf.Tensor) => tf.cast(tf.greater(x, 0), 'float32');
    expect(await tapeGradients(steps, [random([3], 1, -9, 9)])).toEqual([undefined]);
    expect(await tapeGradients(signs, [random([3])])).toEqual([undefined]);
  });

  test('gives a wanted tensor all that arrives there, also when another wanted one lies on the way', async () => {
    const x = random([3]);
    let square: tf.Tensor = x;
    const { tape, outputs } = await record((tape) => {
      tape.watch(x);
      square = tf.keep(tf.square(x));
      tape.watch(square);
      return [tf.add(tf.exp(square), x)];
    });
    const seeds = outputs.map((at) => ({ at, signal: tf.onesLike(at) }));
    const found = backward(tape, { seeds, wanted: [x, square], gradients, tools: tools() });
    const data = await values(x);
    const [toX, toSquare] = found as tf.Tensor[];
    expect(
      await distance(
        toX as tf.Tensor,
        data.map((v) => Math.exp(v * v) * 2 * v + 1),
      ),
    ).toBeLessThan(1e-5);
    expect(
      await distance(
        toSquare as tf.Tensor,
        data.map((v) => Math.exp(v * v)),
      ),
    ).toBeLessThan(1e-5);
    tf.dispose([square, outputs, found as tf.Tensor[]]);
    tape.dispose();
  });

  test('adds the signals of several places it starts from, one of them an input itself', async () => {
    const x = random([3]);
    const { tape, output } = await recorded((x) => tf.square(x as tf.Tensor), [x]);
    const seeds = [
      { at: output, signal: tf.tensor1d([1, 2, 3]) },
      { at: x, signal: tf.tensor1d([5, 5, 5]) },
    ];
    const [toX] = backward(tape, { seeds, wanted: [x], gradients, tools: tools() });
    expect(
      await distance(
        toX as tf.Tensor,
        (await values(x)).map((v, i) => 2 * v * (i + 1) + 5),
      ),
    ).toBeLessThan(1e-6);
    tape.dispose();
    tf.dispose([output, toX as tf.Tensor]);
    expect(seeds.some(({ signal }) => signal.isDisposed)).toBe(false);
  });

  test('computes nothing that does not lead to a wanted tensor', async () => {
    const asked: string[] = [];
    const spying: GradientTable = {
      ...gradients,
      BatchMatMul: (...operation) => {
        const pullbacks = gradients.BatchMatMul?.(...operation) ?? {};
        return Object.fromEntries(
          Object.entries(pullbacks).map(([name, pullback]) => {
            const spy = () => {
              asked.push(name);
              return (pullback as () => tf.Tensor)(); // both matrices have one
            };
            return [name, spy];
          }),
        );
      },
    };
    const matrix = random([3, 3], 5);
    const model = (x?: tf.Tensor) => tf.matMul(tf.square(x as tf.Tensor), matrix);
    await tapeGradients(model, [random([2, 3])], { gradients: spying });
    expect(asked).toEqual(['a']);
  });

  test('gives up what it has passed, so that it never holds both the whole tape and all signals', async () => {
    const x = random([1000]);
    const deep = (x: tf.Tensor) => Array.from({ length: 20 }).reduce<tf.Tensor>((y) => tf.sin(y), x);
    const { tape, output } = await recorded((x) => deep(x as tf.Tensor), [x]);
    const forward = tape.gauge.most;
    const seeds = [{ at: output, signal: tf.onesLike(x) }];
    tf.dispose(backward(tape, { seeds, wanted: [x], gradients, tools: tools() }) as tf.Tensor[]);
    expect(tape.gauge.most - forward).toBeLessThan(8 * x.size * 4);
    output.dispose();
    tape.dispose();
  });

  test('names the operation that has no gradient', async () => {
    const { TopK: _, ...fewer } = gradients;
    const model = (x: tf.Tensor) => tf.topk(tf.square(x), 2).values;
    await expect(tapeGradients((x) => model(x as tf.Tensor), [random([2, 4])], { gradients: fewer })).rejects.toThrow(
      expect.objectContaining({
        code: 'gradient',
        message: expect.stringContaining('operation 1 of the model, kernel TopK'),
      }),
    );
  });

  test('says why, where that is known', async () => {
    const model = (x?: tf.Tensor) =>
      tf.engine().runKernel<tf.Tensor>('EluGrad', { dy: x as tf.Tensor, y: random([3]) });
    await expect(tapeGradients(model, [random([3])])).rejects.toThrow(
      /input "dy" of operation 0 of the model, kernel EluGrad;.*\(EluGrad has none: it runs backwards/,
    );
    const transforms = tf.tensor2d([[1, 0, 0, 0, 1, 0, 0, 0]]);
    const warped = (x?: tf.Tensor) => tf.image.transform(random([1, 3, 3, 1]) as tf.Tensor4D, x as tf.Tensor2D);
    await expect(tapeGradients(warped, [transforms])).rejects.toThrow(/"transforms" of .*\(Transform has none: pixels/);
  });
});

describe('a rule set', () => {
  const doubled: RuleSet = {
    seed: 'one',
    unfuse: false,
    rule: ({ kernel }) => (kernel === 'Sin' ? (_, [dy]) => [tf.mul(dy as tf.Tensor, 2)] : undefined),
  };

  test('replaces the gradient of the operations it has a rule for, and of no others', async () => {
    const x = random([3]);
    const [found] = await tapeGradients((x) => tf.square(tf.sin(x as tf.Tensor)), [x], { rules: doubled });
    expect(
      await distance(
        found as tf.Tensor,
        (await values(x)).map((v) => 2 * 2 * Math.sin(v)),
      ),
    ).toBeLessThan(1e-6);
  });

  test('may fall back on the plain gradient, and pass a signal on as it is', async () => {
    const rules: RuleSet = {
      ...doubled,
      rule: ({ kernel }) => (kernel === 'Sin' ? (_, signals) => signals : (_, __, plain) => plain()),
    };
    const x = random([3]);
    const [found] = await tapeGradients((x) => tf.square(tf.sin(x as tf.Tensor)), [x], { rules });
    expect(
      await distance(
        found as tf.Tensor,
        (await values(x)).map((v) => 2 * Math.sin(v)),
      ),
    ).toBeLessThan(1e-6);
  });

  test('may ask what the gradient would be of other signals, or at other weights', async () => {
    const weight = random([3, 2], 4);
    const rules: RuleSet = {
      ...doubled,
      rule:
        (node) =>
        (_, [dy], plain) => {
          const inputs = node.inputs.map((input, i) => (node.dependsOnPut(i) ? input : tf.square(input)));
          return plain({ signals: [tf.mul(dy as tf.Tensor, 3)], inputs });
        },
    };
    const x = random([1, 3]);
    const [found] = await tapeGradients((x) => tf.matMul(x as tf.Tensor, weight), [x], { rules });
    expect(await distance(found as tf.Tensor, tf.mul(3, tf.sum(tf.square(weight), 1)))).toBeLessThan(1e-6);
  });

  test('may send one signal to both inputs', async () => {
    const rules: RuleSet = {
      ...doubled,
      rule:
        () =>
        (_, [dy]) => [dy, dy],
    };
    const inputs = [random([3], 1), random([3], 2)];
    const found = await tapeGradients((...[a, b]) => tf.mul(a as tf.Tensor, b as tf.Tensor), inputs, { rules });
    for (const signal of found) expect(await values(signal as tf.Tensor)).toEqual([1, 1, 1]);
  });

  test('knows who made an input and whether it depends on what is wanted', async () => {
    const seen: unknown[] = [];
    const rules: RuleSet = {
      ...doubled,
      rule: (node) => {
        seen.push([
          node.kernel,
          node.names,
          node.names.map((_, i) => [node.producer(i)?.kernel, node.dependsOnPut(i)]),
        ]);
        return undefined;
      },
    };
    const weight = random([3], 4);
    await tapeGradients((x) => tf.mul(tf.sin(x as tf.Tensor), weight), [random([3])], { rules });
    expect(seen).toEqual([
      [
        'Multiply',
        ['a', 'b'],
        [
          ['Sin', true],
          [undefined, false],
        ],
      ],
      ['Sin', ['x'], [[undefined, true]]],
    ]);
  });

  test('may take the gradient of another signal, or where the operation did not run', async () => {
    const x = random([3]);
    const rules: RuleSet = {
      ...doubled,
      rule: () => (_, __, plain) => {
        const here = plain({ signals: [tf.fill([3], 5)] });
        const atOne = plain({ signals: [tf.fill([3], 7)], inputs: [tf.ones([3])] });
        return here.map((share, i) => tf.add(share, atOne[i] as tf.Tensor)); // one each
      },
    };
    const [found] = await tapeGradients((x) => tf.square(x as tf.Tensor), [x], { rules });
    const expected = (await values(x)).map((v) => 5 * 2 * v + 7 * 2);
    expect(await distance(found as tf.Tensor, expected)).toBeLessThan(1e-5);
  });

  test('cannot take a gradient that the model brings where it did not run', async () => {
    const own = tf.customGrad((x) => ({ value: tf.square(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy }));
    const rules: RuleSet = { ...doubled, rule: () => (node, _, plain) => plain(node) };
    await expect(tapeGradients((x) => own(x as tf.Tensor), [random([3])], { rules })).rejects.toThrow('where it ran');
  });

  test('that covers not all says where it used the gradient, or throws if it is strict', async () => {
    const x = random([3]);
    const rules: RuleSet = { ...doubled, covers: ({ kernel }) => kernel === 'Square' };
    const model = (x?: tf.Tensor) => tf.tanh(tf.square(tf.sin(tf.tanh(x as tf.Tensor))));
    const notes: string[] = [];
    const note = (text: string) => void notes.push(text);
    const [found] = await tapeGradients(model, [x], { rules, note });
    expect(notes).toEqual(Array(2).fill('There is no rule for Tanh: its plain gradient was used.'));
    const [alone] = await tapeGradients(model, [x], { rules: doubled });
    expect(await distance(found as tf.Tensor, alone as tf.Tensor)).toBe(0);
    await expect(tapeGradients(model, [x], { rules: { ...rules, strict: true } })).rejects.toThrow(
      expect.objectContaining({
        code: 'gradient',
        message: expect.stringContaining('operation 3 of the model, kernel Tanh'),
      }),
    );
  });

  test('that sends a signal of another shape is an error that names the kernel', async () => {
    const rules: RuleSet = { ...doubled, rule: () => () => [tf.zeros([7])] };
    await expect(tapeGradients((x) => tf.sin(x as tf.Tensor), [random([3])], { rules })).rejects.toThrow(
      expect.objectContaining({ code: 'gradient', message: expect.stringContaining('Sin') }),
    );
  });
});

const tools = () => ({ weights: weightCache(), gradients, has: () => true });
