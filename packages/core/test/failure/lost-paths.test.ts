import * as tf from '@tensorflow/tfjs-core';
import { backendsHere, openBackend } from '@vitrum/testing';
import { graph } from '@vitrum/testing/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import { attribute, type ScoreFunction } from '../../src/index';
import { elementAblation, gradient } from '../methods';
import { random, values } from '../tensors';
import { expectFailure, leavesNothing } from './clean';

type Model = (x: tf.Tensor) => tf.Tensor | Promise<tf.Tensor>;

/** A tensor that TF.js knows nothing of but its values. */
const anew = (data: ArrayLike<number>, { shape }: tf.Tensor) => tf.tensor(Float32Array.from(data), shape);

/** Frees what it was made from, as an asynchronous function must. */
async function consumed<T>(tensor: tf.Tensor, use: (tensor: tf.Tensor) => Promise<T>): Promise<T> {
  try {
    return await use(tensor);
  } finally {
    tensor.dispose();
  }
}

for (const backend of backendsHere) {
  describe(`a model that reads its input back on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    const readers: Record<string, Model> = {
      'by dataSync': (x) => anew(tf.sin(x).dataSync(), x),
      'by arraySync': (x) => tf.tensor(tf.sin(x).arraySync(), x.shape),
      'by data': (x) => consumed(tf.sin(x), async (y) => anew(await y.data(), y)),
      'by array': (x) => consumed(tf.sin(x), async (y) => tf.tensor(await y.array(), y.shape)),
      'by bytes': (x) =>
        consumed(tf.sin(x), async (y) => anew(new Float32Array(((await y.bytes()) as Uint8Array).slice().buffer), y)),
      'through a reshape': (x) => anew(tf.reshape(tf.sin(x), [-1]).dataSync(), x),
      'through a clone': (x) => anew(tf.clone(tf.sin(x)).dataSync(), x),
      'as it came': (x) => anew(x.dataSync(), x),
      'and catches every error': (x) => {
        const y = tf.sin(x);
        try {
          return anew(y.dataSync(), x);
        } catch {
          return tf.ones(x.shape);
        }
      },
      'and does not wait for it': (x) => {
        const y = tf.sin(x);
        void y.data();
        return tf.square(y);
      },
    };
    for (const [how, model] of Object.entries(readers)) {
      test(`${how} is an error for a gradient, and fine for others`, async () => {
        const x = random([2, 3]);
        const call = () => attribute(model, x, { method: gradient(), target: 0 });
        const names = [
          /reads values of its input/,
          /occlusion\(\)/,
          // Where a reshape shares the data, they are those of the operation before.
          how === 'as it came' ? /while it runs;/ : /kernel (Sin|Reshape);/,
        ];
        await expectFailure(call, 'read-back', ...names);
        (await attribute(model, x, { method: elementAblation(), target: 0 })).dispose();
      });
    }

    test('as booleans, with no other way to the target, is an error', async () => {
      const x = random([2, 3]);
      const places: Record<string, (x: tf.Tensor) => Promise<tf.Tensor>> = {
        whereAsync: (x) =>
          consumed(tf.greater(x, 0), (positive) =>
            consumed(positive, async () => consumed(await tf.whereAsync(positive), count(x))),
          ),
        booleanMaskAsync: (x) =>
          consumed(tf.greater(x, 0), async (positive) =>
            consumed(await tf.booleanMaskAsync(tf.ones(x.shape), positive), count(x)),
          ),
      };
      for (const model of Object.values(places)) {
        const scoped = (x: tf.Tensor) => freeing(() => model(x));
        await expectFailure(
          () => attribute(scoped, x, { method: gradient(), target: 0 }),
          'read-back',
          /reads booleans made of its input \(by kernel Greater\)/,
          /booleanMaskAsync/,
        );
      }
    });

    test('as booleans that choose among its own values has its gradient', async () => {
      const x = tf.tensor2d([[1, -2, 3]]);
      const model = async (x: tf.Tensor) => {
        const positive = tf.greater(x, 0);
        const chosen = await tf.booleanMaskAsync(x, positive);
        const total = tf.tidy(() => tf.reshape(tf.sum(tf.square(chosen)), [1, 1]));
        tf.dispose([positive, chosen]);
        return total;
      };
      const why = await attribute((x: tf.Tensor) => freeing(() => model(x)), x, { method: gradient(), target: 0 });
      expect(await values(why.values)).toEqual([2, 0, 6]);
      expect(why.notes).toEqual([]);
      why.dispose();
    });

    test('as the predicate of a branch has the gradient of the branch', async () => {
      const g = graph();
      g.input('x', [-1, 2]);
      g.constant('zero', [0], []);
      g.constant('axes', [0, 1], [2], 'int32');
      g.node('total', 'Sum', ['x', 'axes'], { keep_dims: { b: false } });
      g.node('positive', 'Greater', ['total', 'zero']);
      for (const op of ['Square', 'Neg']) {
        g.define({
          name: op,
          inputs: ['v'],
          nodes: [{ name: 'w', op, input: ['v'] }],
          outputs: { out: 'w:y:0' },
        });
      }
      g.node('y', 'StatelessIf', ['positive', 'x'], {
        then_branch: { func: { name: 'Square', attr: {} } },
        else_branch: { func: { name: 'Neg', attr: {} } },
      });
      const model = await g.load({ y: 'y' });
      for (const [input, slopes] of [
        [
          [3, 1],
          [6, 0],
        ],
        [
          [-3, 1],
          [-1, 0],
        ],
      ] as const) {
        const why = await attribute(model, tf.tensor2d([[...input]]), { method: gradient(), target: 0 });
        expect(await values(why.values)).toEqual(slopes.map((slope) => expect.closeTo(slope, 6)));
        why.dispose();
      }
      model.dispose();
    });

    test('is fine where that does not depend on the inputs', async () => {
      const x = random([2, 3]);
      const weight = random([1, 3], 2);
      const model = (x: tf.Tensor) => tf.mul(x, anew(tf.square(weight).dataSync(), weight));
      await leavesNothing(async () => (await attribute(model, x, { method: gradient(), target: 0 })).dispose());
    });
  });

  describe(`a way through integers on ${backend}`, () => {
    beforeAll(() => openBackend(backend));

    const zero = async (model: Model, x = random([2, 3])) => {
      const target: ScoreFunction = ([y], rows) => tf.sum(tf.reshape(y as tf.Tensor, [rows.example.length, -1]), 1);
      const why = await attribute(model, x, { method: gradient(), target });
      const found = { values: await values(why.values), notes: why.notes };
      why.dispose();
      return found;
    };

    test.each([
      ['argMax', 'integers (kernel ArgMax)', (x: tf.Tensor) => tf.cast(tf.argMax(x, 1), 'float32')],
      ['a cast there and back', 'integers (kernel Cast)', (x: tf.Tensor) => tf.cast(tf.cast(x, 'int32'), 'float32')],
      ['a comparison', 'booleans (kernel Greater)', (x: tf.Tensor) => tf.cast(tf.greater(x, 0), 'float32')],
      [
        'the places of the largest',
        'integers (kernel TopK)',
        (x: tf.Tensor) => tf.cast(tf.topk(x, 2).indices, 'float32'),
      ],
      [
        'a table looked up by casts',
        'integers (kernel Cast)',
        (x: tf.Tensor) => tf.gather(tf.tensor1d([1, 2, 3]), tf.cast(tf.abs(x), 'int32') as tf.Tensor1D),
      ],
    ])('alone, as %s, gives zeros and a note that says so', async (_, words, model) => {
      const found = await zero(model);
      expect(found.values).toEqual([0, 0, 0, 0, 0, 0]);
      expect(found.notes).toEqual([
        expect.stringMatching(/does not depend on some .*, or only through .*: the values there are zero/),
      ]);
      expect(found.notes[0]).toContain(words);
    });

    test('beside another gives the other’s gradient, and a note that it counts for nothing', async () => {
      const model = (x: tf.Tensor) => tf.mul(x, tf.cast(tf.cast(tf.mul(x, 10), 'int32'), 'float32'));
      const x = tf.tensor2d([[0.25, 0.55]]);
      const found = await zero(model, x);
      expect(found.values).toEqual([2, 5]);
      expect(found.notes).toEqual([expect.stringMatching(/A part of the way .* integers \(kernel Cast\)/)]);
    });

    test('needs no note for booleans that only choose', async () => {
      const leaky = (x: tf.Tensor) => tf.where(tf.greater(x, 0), x, tf.mul(x, 0.5));
      expect(await zero(leaky, tf.tensor2d([[1, -1]]))).toEqual({ values: [1, 0.5], notes: [] });
    });
  });
}

/** How many rows there are, times ones. */
const count = (x: tf.Tensor) => async (found: tf.Tensor) => tf.fill([x.shape[0] ?? 1, 1], found.shape[0] ?? 0);

/** Runs an asynchronous function, and disposes what it forgot beside its result. */
async function freeing(run: () => Promise<tf.Tensor>): Promise<tf.Tensor> {
  const engine = tf.engine() as unknown as { track(tensor: tf.Tensor): tf.Tensor }; // private in its types
  const { track } = engine;
  const made: tf.Tensor[] = [];
  engine.track = (tensor) => {
    made.push(tensor);
    return track.call(engine, tensor);
  };
  try {
    const result = await run();
    for (const tensor of made) if (tensor !== result && !tensor.kept) tensor.dispose();
    return result;
  } finally {
    engine.track = track;
  }
}
