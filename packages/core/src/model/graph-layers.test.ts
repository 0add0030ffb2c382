import * as tf from '@tensorflow/tfjs';
import { graph, spelled } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { disposeGraphs, kept } from '../../test/graphs';
import { gradient } from '../../test/methods';
import { random } from '../../test/tensors';
import { attribute, layer, output, prepare } from '../index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(disposeGraphs);

/** As a converter writes the shapes of what a node gives. */
const written = (...shapes: (number[] | undefined)[]) => ({
  _output_shapes: {
    list: {
      shape: shapes.map((shape) =>
        shape ? { dim: shape.map((size) => ({ size: String(size) })) } : { unknownRank: true },
      ),
    },
  },
});

/** The layers of a graph from x, [rows, 3, 4], by name. */
async function shapesOf(build: (g: ReturnType<typeof graph>) => string, input = [-1, 3, 4], rows?: number) {
  const g = graph();
  g.input('x', input);
  const model = kept(await g.load({ y: build(g) }));
  using prepared = await prepare(model, rows === undefined ? {} : { rows });
  const before = tf.memory();
  const execute = vi.spyOn(model, 'execute');
  const { layers } = prepared;
  expect(prepared.layers).toEqual(layers);
  expect(tf.memory()).toEqual(before);
  return {
    shapes: Object.fromEntries(layers.map(({ name, shape }) => [name, shape])),
    runs: execute.mock.calls.map(([feed]) => Object.values(feed as tf.NamedTensorMap).map(({ shape }) => shape)),
  };
}

describe('the shape of a node', () => {
  test('is what the converter wrote of its first tensor, and nothing is run', async () => {
    const { shapes, runs } = await shapesOf((g) => {
      g.node('a', 'Square', ['x'], written([-1, 3, 4]));
      g.node('b', 'Tanh', ['a'], written([7, -1]));
      g.node('c', 'Sum', ['b', 'a'], written([]));
      return 'b';
    });
    expect(shapes).toEqual({ a: [null, 3, 4], b: [7, null], c: [] });
    expect(runs).toEqual([]);
  });

  test('is found by a run on one row and one on two where the converter wrote none, once', async () => {
    const { shapes, runs } = await shapesOf((g) => {
      g.constant('flat', [-1, 4], [2], 'int32');
      g.constant('rows', [0], [1], 'int32');
      g.node('square', 'Square', ['x'], written(undefined));
      g.node('rows as well', 'Reshape', ['square', 'flat']);
      g.node('mean', 'Mean', ['square', 'rows'], { keep_dims: spelled.flag(true) });
      g.node('size', 'Shape', ['x']);
      g.node('told', 'Tanh', ['mean'], written([-1, -1, 4]));
      g.node('y', 'Sub', ['square', 'told']);
      g.node('sum', 'AddV2', ['y', 'size']);
      g.node('unused', 'Square', ['x']);
      return 'y';
    });
    expect(runs).toEqual([[[1, 3, 4]], [[2, 3, 4]]]);
    expect(shapes).toEqual({
      square: [null, 3, 4],
      'rows as well': undefined,
      mean: [1, 3, 4],
      size: undefined,
      told: [null, null, 4],
      y: [null, 3, 4],
      sum: undefined,
      unused: undefined,
    });
  });

  test('is free where the number of rows goes, and where values go', async () => {
    const { shapes } = await shapesOf((g) => {
      g.constant('flat', [-1, 4], [2], 'int32');
      g.constant('all', [0, 1, 2], [3], 'int32');
      g.constant('zero', [0], [], 'int32');
      g.constant('step', [1], [], 'int32');
      g.node('merged', 'Reshape', ['x', 'flat']);
      g.node('total', 'Sum', ['x', 'all']);
      g.node('count', 'Cast', ['total'], { SrcT: spelled.type('float32'), DstT: spelled.type('int32') });
      g.node('size', 'Shape', ['x']);
      g.node('range', 'Range', ['zero', 'count', 'step'], { Tidx: spelled.type('int32') });
      g.node('numbers', 'Cast', ['range'], { SrcT: spelled.type('int32'), DstT: spelled.type('float32') });
      g.node('rank', 'Cast', ['size'], { SrcT: spelled.type('int32'), DstT: spelled.type('float32') });
      g.node('some', 'Sum', ['numbers', 'zero']);
      g.node('others', 'Sum', ['rank', 'zero']);
      g.node('m', 'Sum', ['merged', 'zero']);
      g.node('sums', 'AddV2', ['some', 'others']);
      g.node('y', 'AddV2', ['m', 'sums']);
      return 'y';
    });
    expect(shapes).toMatchObject({ merged: [null, 4], total: [], size: [3], range: [null], numbers: [null], m: [4] });
  });

  test('has the rows that the model takes, declared or by what prepare was told', async () => {
    const build = (g: ReturnType<typeof graph>) => {
      g.node('y', 'Square', ['x']);
      return 'y';
    };
    expect(await shapesOf(build, [2, 3])).toEqual({ shapes: { y: [2, 3] }, runs: [[[2, 3]], [[2, 3]]] });
    expect(await shapesOf(build, [-1, 3], 5)).toEqual({ shapes: { y: [5, 3] }, runs: [[[5, 3]], [[5, 3]]] });
  });

  test('is not told of a node with several tensors', async () => {
    const { shapes } = await shapesOf((g) => {
      g.constant('axis', [1], [], 'int32');
      g.node('split', 'Split', ['axis', 'x'], { num_split: spelled.integer(3), ...written([-1, 1, 4]) });
      g.node('y', 'Mul', ['split', 'split:1']);
      return 'y';
    });
    expect(shapes).toEqual({ split: undefined, y: [null, 1, 4] });
  });

  test('takes no run where none is left that a run can tell', async () => {
    const { runs } = await shapesOf((g) => {
      g.constant('axis', [1], [], 'int32');
      g.node('square', 'Square', ['x'], written([-1, 3, 4]));
      g.node('split', 'Split', ['axis', 'square'], { num_split: spelled.integer(3), ...written([-1, 1, 4]) });
      g.node('y', 'Mul', ['split', 'split:1'], written([-1, 1, 4]));
      return 'y';
    });
    expect(runs).toEqual([]);
  });

  test('takes no second run of a model that fails', async () => {
    const { runs } = await shapesOf((g) => {
      g.constant('matrix', [1, 2], [2, 1]);
      g.node('y', 'MatMul', ['x', 'matrix']);
      return 'y';
    });
    expect(runs).toHaveLength(1); // though the list was looked at twice
  });

  test('is not told of what waits for values and what follows from it', async () => {
    const { shapes } = await shapesOf((g) => {
      g.node('before', 'Square', ['x']);
      g.node('where', 'Where', ['before']);
      g.node('after', 'Cast', ['where'], { SrcT: spelled.type('int32'), DstT: spelled.type('float32') });
      return 'after';
    });
    expect(shapes).toEqual({ before: [null, 3, 4], where: undefined, after: undefined });
  });

  test('is unknown where an input may have many, and where the model fails', async () => {
    const square = await shapesOf(
      (g) => {
        g.node('y', 'Square', ['x']);
        return 'y';
      },
      [-1, -1, 4],
    );
    expect(square).toEqual({ shapes: { y: undefined }, runs: [] });
    const { shapes } = await shapesOf((g) => {
      g.constant('matrix', [1, 2], [2, 1]);
      g.node('square', 'Square', ['x'], written([-1, 3, 4]));
      g.node('y', 'MatMul', ['square', 'matrix']);
      return 'y';
    });
    expect(shapes).toEqual({ square: [null, 3, 4], y: undefined });
  });
});

test('a node is found by its own name where the signature calls another by it', async () => {
  const g = graph();
  g.input('x', [-1, 3]);
  g.constant('last', [1], [], 'int32');
  g.node('a', 'Square', ['x']);
  g.node('b', 'Sum', ['a', 'last']);
  using prepared = await prepare(kept(await g.load({ a: 'b' })));
  expect(prepared.layers).toEqual([
    { name: 'a', kind: 'Square', shape: [null, 3] },
    { name: 'b', kind: 'Sum', shape: [null] },
  ]);
});

test('a node whose second tensor is an output of the model has several', async () => {
  const g = graph();
  g.input('x', [-1, 4]);
  g.constant('axis', [1], [], 'int32');
  g.node('split', 'Split', ['axis', 'x'], { num_split: spelled.integer(2), ...written([-1, 2]) });
  g.node('y', 'Tanh', ['split']);
  const model = kept(await g.load({ y: 'y', other: 'split:1' }));
  using prepared = await prepare(model);
  expect(prepared.layers.find(({ name }) => name === 'split')).toEqual({ name: 'split', kind: 'Split' });
  const x = random([2, 4]);
  const call = attribute(model, x, { method: gradient(), at: layer('split'), target: output('other', 0) });
  await expect(call).rejects.toThrow(
    'Got the output side of node "split"; expected a tensor of a node with one output',
  );
  x.dispose();
});

test('a call that names a layer runs no more rows for its shape', async () => {
  const g = graph();
  g.input('x', [-1, 3]);
  g.node('h', 'Square', ['x']);
  g.node('y', 'Tanh', ['h']);
  const model = kept(await g.load({ y: 'y' }));
  const execute = vi.spyOn(model, 'execute');
  const why = await attribute(model, random([1, 3]), { method: gradient(), at: layer('h'), target: 0 });
  expect(execute.mock.calls.map(([, outputs]) => outputs)).toEqual([['h:0'], ['y']]);
  why.dispose();
});
