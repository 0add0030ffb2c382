import { reshape, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { layer, output } from '@vitrum/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { directionalCheck, openBackend, seeded, seededNumbers } from '../../src';
import {
  describeModels,
  directionalDerivatives,
  expectWarning,
  type GraphBuilder,
  graph,
  type ModelCase,
  ofGraph,
  spelled,
} from '../../src/internal';

const weight = (g: GraphBuilder, name: string, ...shape: number[]) =>
  g.constant(
    name,
    seededNumbers(
      800,
      shape.reduce((product, n) => product * n, 1),
    ),
    shape,
  );
/** A graph of one input `x` whose node `y` is the output. */
const waiting = (
  shape: number[],
  at: string[],
  build: (g: GraphBuilder) => void,
  more: Partial<ModelCase> = {},
): ModelCase => ({
  make: async () => {
    const g = graph();
    g.input('x', [-1, ...shape]);
    build(g);
    return ofGraph(await g.load({ y: 'y' }), { waits: true });
  },
  // One of them goes one way, one the other.
  inputs: () => tensor2d([0.5, -1, 2, 0.7, -1.2, 0.1], [2, 3]),
  at: at.map((name) => layer(name)),
  ...more,
});

const func = (g: GraphBuilder, name: string, op: string, out: string) =>
  g.define({ name, inputs: ['a'], nodes: [{ name: 'n', op, input: ['a'] }], outputs: { o: `n:${out}:0` } });

/** Σx > 0, over all rows: it is one branch for a whole batch. */
const positive = (g: GraphBuilder, of = 'x') => {
  g.constant('zero', [0], []);
  g.constant('axes', [0, 1], [2], 'int32');
  g.node('total', 'Sum', [of, 'axes'], { keep_dims: spelled.flag(false) });
  g.node('positive', 'Greater', ['total', 'zero']);
};
const single = { inputs: () => tensor2d([0.5, -1, 2], [1, 3]) };
const other = { inputs: () => tensor2d([0.5, -1.2, 0.1], [1, 3]) };

const branching = (op: 'If' | 'StatelessIf', more: Partial<ModelCase>) =>
  waiting(
    [3],
    ['branch', 'before', 'y'],
    (g) => {
      func(g, 'then_branch', 'Square', 'y');
      func(g, 'else_branch', 'Tanh', 'y');
      g.node('before', 'Sin', ['x']);
      positive(g, 'before');
      g.node('branch', op, ['positive', 'before'], {
        then_branch: spelled.func('then_branch'),
        else_branch: spelled.func('else_branch'),
        Tcond: spelled.type('bool'),
      });
      g.node('y', 'Exp', ['branch']);
    },
    more,
  );

/** i, a ← i + 1, tanh(a · matrix), as often as `limit` says. */
const loop = (op: 'While' | 'StatelessWhile') => (g: GraphBuilder) => {
  const inputs = ['i', 'a', 'limit', 'one', 'matrix'];
  g.define({
    name: 'condition',
    inputs,
    nodes: [{ name: 'less', op: 'Less', input: ['i', 'limit'] }],
    outputs: { o: 'less:z:0' },
  });
  g.define({
    name: 'body',
    inputs,
    nodes: [
      { name: 'next', op: 'AddV2', input: ['i', 'one'] },
      { name: 'product', op: 'MatMul', input: ['a', 'matrix'] },
      { name: 'tanh', op: 'Tanh', input: ['product:product:0'] },
      ...['limit', 'one', 'matrix'].map((name) => ({ name: `same_${name}`, op: 'Identity', input: [name] })),
    ],
    outputs: {
      oi: 'next:z:0',
      oa: 'tanh:y:0',
      ...Object.fromEntries(['limit', 'one', 'matrix'].map((name) => [`o${name}`, `same_${name}:output:0`])),
    },
  });
  for (const [name, value] of Object.entries({ start: 0, limit: 3, one: 1 })) g.constant(name, [value], []);
  weight(g, 'matrix', 3, 3);
  g.node('before', 'Sin', ['x']);
  g.node('loop', op, ['start', 'before', 'limit', 'one', 'matrix'], {
    cond: spelled.func('condition'),
    body: spelled.func('body'),
  });
  g.node('y', 'Mul', ['loop:1', 'before']);
};

/** The same as TensorFlow 1 wrote it: frames that are entered and left. */
const frames = (g: GraphBuilder) => {
  const inFrame = { frame_name: spelled.text('loop'), is_constant: spelled.flag(false) };
  const constant = { ...inFrame, is_constant: spelled.flag(true) };
  for (const [name, value] of Object.entries({ start: 0, limit: 3, one: 1 })) g.constant(name, [value], []);
  weight(g, 'matrix', 3, 3);
  g.node('before', 'Sin', ['x']);
  g.node('enter_i', 'Enter', ['start'], inFrame);
  g.node('enter_a', 'Enter', ['before'], inFrame);
  for (const name of ['limit', 'one', 'matrix']) g.node(`enter_${name}`, 'Enter', [name], constant);
  g.node('merge_i', 'Merge', ['enter_i', 'next_i'], { N: spelled.integer(2) });
  g.node('merge_a', 'Merge', ['enter_a', 'next_a'], { N: spelled.integer(2) });
  g.node('less', 'Less', ['merge_i', 'enter_limit']);
  g.node('condition', 'LoopCond', ['less']);
  g.node('switch_i', 'Switch', ['merge_i', 'condition']);
  g.node('switch_a', 'Switch', ['merge_a', 'condition']);
  g.node('body_i', 'AddV2', ['switch_i:1', 'enter_one']);
  g.node('product', 'MatMul', ['switch_a:1', 'enter_matrix']);
  g.node('body_a', 'Tanh', ['product']);
  g.node('next_i', 'NextIteration', ['body_i']);
  g.node('next_a', 'NextIteration', ['body_a']);
  g.node('exit', 'Exit', ['switch_a']);
  g.node('y', 'Mul', ['exit', 'before']);
};

/** h ← tanh(x_t W + h) over a series, with the lists of tensors that an exported Keras RNN keeps. */
const lists = (g: GraphBuilder) => {
  const inputs = ['i', 'h', 'series', 'made', 'limit', 'one', 'matrix', 'row'];
  const types = { i: 'int32', limit: 'int32', one: 'int32', row: 'int32' } as const;
  const float = { element_dtype: spelled.type('float32') };
  g.define({
    name: 'condition',
    inputs,
    types,
    nodes: [{ name: 'less', op: 'Less', input: ['i', 'limit'] }],
    outputs: { o: 'less:z:0' },
  });
  const kept = ['series', 'limit', 'one', 'matrix', 'row'];
  g.define({
    name: 'body',
    inputs,
    types,
    nodes: [
      { name: 'next', op: 'AddV2', input: ['i', 'one'] },
      { name: 'item', op: 'TensorListGetItem', input: ['series', 'i', 'row'], attr: float },
      { name: 'product', op: 'MatMul', input: ['item:item:0', 'matrix'] },
      { name: 'sum', op: 'AddV2', input: ['product:product:0', 'h'] },
      { name: 'tanh', op: 'Tanh', input: ['sum:z:0'] },
      { name: 'list', op: 'TensorListSetItem', input: ['made', 'i', 'tanh:y:0'], attr: float },
      ...kept.map((name) => ({ name: `same_${name}`, op: 'Identity', input: [name] })),
    ],
    outputs: {
      oi: 'next:z:0',
      oh: 'tanh:y:0',
      oseries: 'same_series:output:0',
      omade: 'list:output_handle:0',
      ...Object.fromEntries(kept.slice(1).map((name) => [`o${name}`, `same_${name}:output:0`])),
    },
  });
  for (const [name, value] of Object.entries({ start: 0, limit: 4, one: 1 })) g.constant(name, [value], [], 'int32');
  g.constant('row', [1, 3], [2], 'int32');
  g.constant('perm', [1, 0, 2], [3], 'int32');
  g.constant('first', [0, 0, 0], [1, 3]);
  weight(g, 'matrix', 3, 3);
  g.node('before', 'Sin', ['x']);
  g.node('steps', 'Transpose', ['before', 'perm']);
  g.node('series', 'TensorListFromTensor', ['steps', 'row'], float);
  g.node('made', 'TensorListReserve', ['row', 'limit'], float);
  g.node('loop', 'StatelessWhile', ['start', 'first', 'series', 'made', 'limit', 'one', 'matrix', 'row'], {
    cond: spelled.func('condition'),
    body: spelled.func('body'),
  });
  g.node('stacked', 'TensorListStack', ['loop:3', 'row'], { ...float, num_elements: spelled.integer(4) });
  g.node('y', 'Transpose', ['stacked', 'perm']);
};

/** A detector: four boxes and scores for each, of which one operation picks. */
const detector = (g: GraphBuilder) => {
  weight(g, 'box_matrix', 6, 16);
  weight(g, 'score_matrix', 6, 4);
  g.node('features', 'Tanh', ['x']);
  g.node('flat_boxes', 'MatMul', ['features', 'box_matrix']);
  g.constant('box_shape', [4, 4], [2], 'int32');
  g.node('boxes', 'Reshape', ['flat_boxes', 'box_shape']);
  g.node('logits', 'MatMul', ['features', 'score_matrix']);
  g.node('scores', 'Sigmoid', ['logits']);
  g.constant('list_shape', [4], [1], 'int32');
  g.node('score_list', 'Reshape', ['scores', 'list_shape']);
  g.constant('most', [2], [], 'int32');
  g.constant('overlap', [0.5], []);
  g.constant('least', [0.1], []);
  g.node('picked', 'NonMaxSuppressionV3', ['boxes', 'score_list', 'most', 'overlap', 'least']);
  g.constant('axis', [0], [], 'int32');
  g.node('picked_boxes', 'GatherV2', ['boxes', 'picked', 'axis']);
};

describe('a graph with control flow', () => {
  describeModels({
    'StatelessIf, that takes one branch': branching('StatelessIf', single),
    'StatelessIf, that takes the other': branching('StatelessIf', other),
    StatelessWhile: waiting([3], ['before', 'y'], loop('StatelessWhile')),
    While: waiting([3], ['before', 'y'], loop('While')),
    'Switch and Merge': waiting(
      [3],
      ['before', 'y'],
      (g) => {
        g.node('before', 'Sin', ['x']);
        positive(g, 'before');
        g.node('switch', 'Switch', ['before', 'positive']);
        g.node('otherwise', 'Tanh', ['switch']);
        g.node('then', 'Square', ['switch:1']);
        g.node('merge', 'Merge', ['otherwise', 'then'], { N: spelled.integer(2) });
        g.node('y', 'Exp', ['merge']);
      },
      single,
    ),
    'Enter and Exit': waiting([3], ['before', 'y'], frames),
    'lists of tensors, in a loop over a series': waiting([4, 3], ['before'], lists, {
      inputs: () => seeded(2, [2, 4, 3]),
      make: async () => {
        const g = graph();
        g.input('x', [1, 4, 3]);
        lists(g);
        return ofGraph(await g.load({ y: 'y' }), { waits: true });
      },
    }),
  });
});

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  beforeAll(() => openBackend(backend));

  test('If, which TensorFlow.js does not take for control flow and says so, has its derivative', async () => {
    expectWarning(/did not contain any nodes with control flow/);
    const { make, inputs, target } = branching('If', single);
    const specimen = await make();
    await directionalCheck(specimen.model, inputs(), { ...(target && { target }) });
    await directionalCheck(specimen.model, inputs(), { at: layer('branch'), target: 1 });
    specimen.dispose();
  });

  test('a score beside a choice of boxes has its derivative, where the choice is another output', async () => {
    const g = graph();
    g.input('x', [1, 6]);
    detector(g);
    const model = await g.load({ picked: 'picked_boxes', scores: 'scores' });
    for (const at of [undefined, layer('features'), layer('logits')]) {
      await directionalCheck(model, seeded(1, [2, 6]), { target: output('scores', 2), ...(at && { at }) });
    }
    expect(
      (await directionalDerivatives(model, seeded(1, [1, 6]), { target: output('scores') })).length,
    ).toBeGreaterThan(0);
    model.dispose();
  });

  test('a score of the boxes that were chosen is an error, since they are read to choose', async () => {
    const g = graph();
    g.input('x', [1, 6]);
    detector(g);
    const model = await g.load({ picked: 'picked_boxes', scores: 'scores' });
    const target = ([boxes]: readonly Tensor[]) => reshape(sum(boxes as Tensor), [1]);
    await expect(directionalCheck(model, seeded(1, [1, 6]), { target })).rejects.toThrow(
      expect.objectContaining({ code: 'read-back' }),
    );
    model.dispose();
  });
});
