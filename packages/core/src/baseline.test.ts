import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { random, values } from '../test/tensors';
import { type Baseline, blurred, distribution, resolveBaseline, resolveDistribution, uniform } from './baseline';
import { blur } from './blur';
import { seededRandom } from './random';

beforeAll(() => tf.setBackend('cpu'));

const like = () => [tf.zeros([2, 2]), tf.zeros([2, 1, 2], 'int32')];

const draws = seededRandom(3);

/** The elements of each baseline; it has the shape and type of what it stands for. */
async function resolved(baseline: Baseline, tensors = like(), names?: string[]): Promise<number[][]> {
  const found = resolveBaseline(baseline, tensors, { names, random: draws });
  expect(found.map(({ shape, dtype }) => [shape, dtype])).toEqual(tensors.map(({ shape, dtype }) => [shape, dtype]));
  const data = await Promise.all(found.map(values));
  tf.dispose([...found]);
  return data;
}
const one = () => [tf.zeros([2, 2])];

describe('a baseline', () => {
  test('as a number fills every input', async () => {
    expect(await resolved(3)).toEqual([
      [3, 3, 3, 3],
      [3, 3, 3, 3],
    ]);
    expect(await resolved(1, [tf.zeros([2], 'bool')])).toEqual([[1, 1]]);
  });

  test('as a tensor may be whole, one row, or broadcastable', async () => {
    expect(
      await resolved(
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
        one(),
      ),
    ).toEqual([[1, 2, 3, 4]]);
    expect(await resolved(tf.tensor2d([[1, 2]]), one())).toEqual([[1, 2, 1, 2]]);
    expect(await resolved(tf.tensor1d([1, 2]), one())).toEqual([[1, 2, 1, 2]]);
    expect(await resolved(tf.tensor2d([[1], [2]]), one())).toEqual([[1, 1, 2, 2]]);
    expect(await resolved(tf.scalar(5), one())).toEqual([[5, 5, 5, 5]]);
  });

  test('takes the type of its input', async () => {
    expect(await resolved(tf.tensor2d([[1, 0]], [1, 2], 'bool'), one())).toEqual([[1, 0, 1, 0]]);
    expect(await resolved(tf.tensor1d([2, 7]), [tf.zeros([1, 2], 'int32')])).toEqual([[2, 7]]);
  });

  test('as an array has one for each input', async () => {
    expect(await resolved([7, tf.tensor3d([[[1, 2]]], [1, 1, 2], 'int32')])).toEqual([
      [7, 7, 7, 7],
      [1, 2, 1, 2],
    ]);
    expect(await resolved([7], one())).toEqual([[7, 7, 7, 7]]);
  });

  test('as a record goes by name, and is 0 where it has none', async () => {
    expect(await resolved({ ids: 4 }, like(), ['image', 'ids'])).toEqual([
      [0, 0, 0, 0],
      [4, 4, 4, 4],
    ]);
  });

  test('may be the input itself, blurred', async () => {
    const image = random([2, 4, 5, 3]);
    const expected = blur(image, 1.5);
    expect(await resolved(blurred({ sigma: 1.5 }), [image])).toEqual([await values(expected)]);
    expect(await resolved([0, blurred({ sigma: 1.5 })], [tf.zeros([2, 1]), image])).toEqual([
      [0, 0],
      await values(expected),
    ]);
    expected.dispose();
  });

  test('may be drawn, for each example and input anew, the same for the same seed', async () => {
    const both = () => [tf.zeros([2, 500]), tf.zeros([2, 500])];
    const [a = [], b = []] = await resolved(uniform(-1, 3), both());
    expect(await resolved(uniform(-1, 3), both())).toEqual([a, b]);
    expect(a).not.toEqual(b);
    expect(a.slice(0, 500)).not.toEqual(a.slice(500));
    // Mean 1 and variance 16/12 of 1000 draws, to five standard errors.
    const mean = a.reduce((sum, value) => sum + value, 0) / 1000;
    expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(16 / 12 / 1000));
    expect(a.every((value) => value >= -1 && value < 3)).toBe(true);
    const other = resolveBaseline(uniform(-1, 3), both(), { random: seededRandom(4) });
    expect(await values(other[0] as tf.Tensor)).not.toEqual(a);
    tf.dispose([...other]);
  });

  test('may be made by a function of the inputs', async () => {
    const double = ([x]: readonly tf.Tensor[]) => tf.mul(x as tf.Tensor, 2);
    const x = random([2, 2]);
    expect(await resolved(double, [x])).toEqual([(await values(x)).map((value) => expect.closeTo(2 * value, 6))]);
    expect(await resolved((inputs) => [tf.scalar(1), inputs[1] as tf.Tensor])).toEqual([
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
  });

  test('is borrowed', () => {
    const baseline = random([2, 2]);
    const [made] = resolveBaseline(baseline, one(), { random: draws });
    made?.dispose();
    expect(baseline.isDisposed).toBe(false);
  });

  test('that cannot be meant is an error that says what can', () => {
    const disposed = tf.scalar(1);
    disposed.dispose();
    const wrong: [Baseline, tf.Tensor[], string[] | undefined, RegExp][] = [
      [Number.NaN, one(), undefined, /NaN.*a finite number/],
      [disposed, one(), undefined, /disposed/],
      [tf.zeros([2]), like(), undefined, /one baseline.*one for each of the 2 tensors/],
      [[1], like(), undefined, /1 baselines.*expected 2/],
      [tf.zeros([3]), one(), undefined, /shape \[3\].*\[2,2\]/],
      [tf.zeros([3, 2]), one(), undefined, /shape \[3,2\]/],
      [tf.zeros([1, 2, 2]), one(), undefined, /shape \[1,2,2\]/],
      [{ image: 1 }, one(), undefined, /"image".*no names/],
      [{ imge: 1 }, like(), ['image', 'ids'], /"imge".*"image", "ids"/],
      [blurred({ sigma: 1 }), one(), undefined, /blurred\(\) for input "0" of shape \[2,2\]/],
      [(() => 3) as unknown as Baseline, one(), undefined, /number from the function/],
      [() => [tf.scalar(1)], like(), undefined, /1 baselines/],
      [[{ kind: 'blurry' } as unknown as number], one(), undefined, /"blurry"/],
    ];
    for (const [baseline, tensors, names, message] of wrong) {
      expect(() => resolveBaseline(baseline, tensors, { names, random: draws })).toThrow(
        expect.objectContaining({ code: 'baseline', message: expect.stringMatching(message) }),
      );
    }
    expect(() => blurred({ sigma: 0 })).toThrow(/blurred\(\{ sigma: 0 \}\)/);
    expect(() => uniform(1, 1)).toThrow(/uniform\(1, 1\)/);
  });
});

describe('a distribution', () => {
  const rows = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);

  test('has any number of rows for each input, in its type', async () => {
    const integers = tf.tensor3d([[[7.5, 8]]]);
    const found = resolveDistribution([distribution(rows()), distribution(integers)], like());
    expect(found.map(({ shape, dtype }) => [shape, dtype])).toEqual([
      [[3, 2], 'float32'],
      [[1, 1, 2], 'int32'],
    ]);
    expect(await Promise.all(found.map(values))).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8],
    ]);
    tf.dispose([...found]);
  });

  test('goes by name, and stands for several inputs if it fits them', () => {
    const two = [tf.zeros([2, 2]), tf.zeros([2, 2])];
    const given = distribution(rows());
    const found = [...resolveDistribution(given, two), ...resolveDistribution({ b: given, a: given }, two, ['a', 'b'])];
    expect(found.map(({ shape }) => shape)).toEqual(Array(4).fill([3, 2]));
    tf.dispose(found);
  });

  test.each([
    ['nothing', undefined, 'none as baseline'],
    ['a number', 0, '0 for input "0"'],
    ['one tensor, of however many rows', tf.zeros([3, 2]), 'one tensor for input "0"'],
    ['draws', uniform(0, 1), 'one tensor for input "0"'],
    ['a function', () => tf.zeros([3, 2]), 'a function'],
    ['rows of another shape', { kind: 'distribution', rows: tf.zeros([3, 4]) } as const, 'shape [3,4]'],
    ['a single example without its dim', { kind: 'distribution', rows: tf.zeros([2]) } as const, 'shape [2]'],
  ])('cannot be %s', (_, baseline, got) => {
    expect(() => resolveDistribution(baseline, one())).toThrow(
      expect.objectContaining({ code: 'baseline', message: expect.stringContaining(got) }),
    );
  });

  test('must be live, and have rows', () => {
    const gone = rows();
    const given = distribution(gone);
    gone.dispose();
    expect(() => resolveDistribution(given, one())).toThrow('a disposed tensor');
    expect(() => distribution(tf.zeros([0, 2]))).toThrow('shape [0,2]');
    expect(() => distribution(tf.scalar(3))).toThrow('shape []');
    expect(() => distribution([[1, 2]] as unknown as tf.Tensor /* as from plain JavaScript */)).toThrow('object');
  });

  test('is no baseline of a method that compares with one', () => {
    expect(() => resolveBaseline(distribution(rows()), one(), { random: draws })).toThrow(
      expect.objectContaining({
        code: 'baseline',
        message: expect.stringContaining('gradientShap() or deepLiftShap()'),
      }),
    );
  });
});
