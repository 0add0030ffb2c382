import { tensor2d } from '@tensorflow/tfjs-core';
import { layer } from '@vitrum/core';
import { describe } from 'vitest';
import { seeded, seededNumbers } from '../../src';
import { describeModels, type GraphBuilder, graph, type ModelCase, ofGraph, spelled } from '../../src/internal';

let seed = 0;
/** A weight of this shape, so scaled that no activation saturates. */
function weight(g: GraphBuilder, name: string, ...shape: number[]): void {
  const size = shape.reduce((product, n) => product * n, 1);
  const inputs = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  g.constant(
    name,
    seededNumbers(900 + seed++, size).map((value) => (1.5 * value) / Math.sqrt(inputs)),
    shape,
  );
}
/** Puts a graph of one input `x` together; what `build` leaves as node `y` is the output. */
const graphOf = (
  shape: number[],
  at: string[],
  build: (g: GraphBuilder) => void,
  { rows = -1, ...more }: Partial<ModelCase> & { rows?: number } = {},
): ModelCase => ({
  make: async () => {
    seed = 0;
    const g = graph();
    g.input('x', [rows, ...shape]);
    build(g);
    return ofGraph(await g.load({ y: 'y' }));
  },
  inputs: () => seeded(4, [2, ...shape]),
  at: at.map((name) => layer(name)),
  ...more,
});

const window = {
  strides: spelled.integers(1, 2, 2, 1),
  padding: spelled.text('SAME'),
  data_format: spelled.text('NHWC'),
  dilations: spelled.integers(1, 1, 1, 1),
  explicit_paddings: spelled.integers(),
};
const fused = (activation: string, more: object = {}) => ({
  fused_ops: spelled.texts('BiasAdd', ...(activation ? [activation] : [])),
  num_args: spelled.integer(activation === 'Prelu' ? 2 : 1),
  leakyrelu_alpha: spelled.float(0.3),
  ...more,
});
const activations = ['', 'Relu', 'Relu6', 'Elu', 'LeakyRelu', 'Prelu', 'Sigmoid'];
const flat = (g: GraphBuilder, from: string, size: number) => {
  g.constant('flat', [-1, size], [2], 'int32');
  g.node('rows', 'Reshape', [from, 'flat']);
  weight(g, 'head', size, 3);
  g.node('logits', 'MatMul', ['rows', 'head']);
  g.node('y', 'Tanh', ['logits']);
};

describe('a fused operation', () => {
  const cases = activations.flatMap((activation): [string, ModelCase][] => {
    const slopes = activation === 'Prelu' ? ['slopes'] : [];
    const name = activation || 'no activation';
    return [
      [
        `convolution with ${name}`,
        graphOf([6, 6, 2], ['inside'], (g) => {
          weight(g, 'filter', 3, 3, 2, 4);
          weight(g, 'bias', 4);
          if (slopes.length > 0) weight(g, 'slopes', 4);
          g.node('inside', '_FusedConv2D', ['x', 'filter', 'bias', ...slopes], fused(activation, window));
          flat(g, 'inside', 36);
        }),
      ],
      [
        `depthwise convolution with ${name}`,
        graphOf(
          [6, 6, 2],
          ['inside'],
          (g) => {
            weight(g, 'filter', 3, 3, 2, 2);
            weight(g, 'bias', 4);
            if (slopes.length > 0) weight(g, 'slopes', 4);
            const inputs = ['x', 'filter', 'bias', ...slopes];
            g.node('inside', 'FusedDepthwiseConv2dNative', inputs, fused(activation, window));
            flat(g, 'inside', 36);
          },
          activation === 'LeakyRelu' ? { except: { cpu: 'it answers NaN: tfjs-converter loses the slope' } } : {},
        ),
      ],
      [
        `matrix product with ${name}`,
        graphOf([5], ['inside'], (g) => {
          weight(g, 'matrix', 5, 4);
          weight(g, 'bias', 4);
          if (slopes.length > 0) weight(g, 'slopes', 4);
          g.node('inside', '_FusedMatMul', ['x', 'matrix', 'bias', ...slopes], fused(activation));
          flat(g, 'inside', 4);
        }),
      ],
    ];
  });
  describeModels(Object.fromEntries(cases));
});

describe('an operation by itself', () => {
  describeModels({
    'convolution, bias and activation': graphOf([6, 6, 2], ['convolved', 'biased', 'inside'], (g) => {
      weight(g, 'filter', 3, 3, 2, 4);
      weight(g, 'bias', 4);
      g.node('convolved', 'Conv2D', ['x', 'filter'], window);
      g.node('biased', 'BiasAdd', ['convolved', 'bias'], { data_format: spelled.text('NHWC') });
      g.node('inside', 'Elu', ['biased']);
      flat(g, 'inside', 36);
    }),
    'convolution backwards, as a decoder has it': graphOf(
      [3, 3, 2],
      ['inside'],
      (g) => {
        g.constant('shape', [1, 6, 6, 4], [4], 'int32');
        weight(g, 'filter', 3, 3, 4, 2);
        g.node('inside', 'Conv2DBackpropInput', ['shape', 'filter', 'x'], window);
        flat(g, 'inside', 144);
      },
      { rows: 1 },
    ),
    'the normalization of a batch': graphOf([4, 4, 3], ['inside'], (g) => {
      for (const name of ['scale', 'offset', 'mean']) weight(g, name, 3);
      g.constant('variance', [0.5, 1, 1.5], [3]);
      g.node('inside', 'FusedBatchNormV3', ['x', 'scale', 'offset', 'mean', 'variance'], {
        epsilon: spelled.float(1e-3),
        data_format: spelled.text('NHWC'),
        is_training: spelled.flag(false),
      });
      flat(g, 'inside', 48);
    }),
    'the normalization of a layer, out of its parts': graphOf([4, 6], ['centred', 'inside'], (g) => {
      g.constant('axis', [-1], [1], 'int32');
      g.constant('epsilon', [1e-3], []);
      const keep = { keep_dims: spelled.flag(true) };
      g.node('mean', 'Mean', ['x', 'axis'], keep);
      g.node('squares', 'SquaredDifference', ['x', 'mean']);
      g.node('variance', 'Mean', ['squares', 'axis'], keep);
      g.node('shifted', 'AddV2', ['variance', 'epsilon']);
      g.node('inverse', 'Rsqrt', ['shifted']);
      g.node('centred', 'Sub', ['x', 'mean']);
      g.node('inside', 'Mul', ['centred', 'inverse']);
      flat(g, 'inside', 24);
    }),
    attention: graphOf(
      [4, 6],
      ['weights', 'inside'],
      (g) => {
        for (const name of ['queries', 'keys', 'values']) {
          weight(g, `${name}_matrix`, 6, 6);
          g.node(name, 'Einsum', ['x', `${name}_matrix`], {
            N: spelled.integer(2),
            equation: spelled.text('abc,cd->abd'),
          });
        }
        g.node('scores', 'BatchMatMulV2', ['queries', 'keys'], {
          adj_x: spelled.flag(false),
          adj_y: spelled.flag(true),
        });
        g.node('weights', 'Softmax', ['scores']);
        g.node('inside', 'BatchMatMulV2', ['weights', 'values'], {
          adj_x: spelled.flag(false),
          adj_y: spelled.flag(false),
        });
        flat(g, 'inside', 24);
      },
      { except: { wasm: 'it has no Einsum' } },
    ),
    'slices, with strides and shapes computed on the way': graphOf([6, 3], ['inside'], (g) => {
      g.node('shape', 'Shape', ['x'], { out_type: spelled.type('int32') });
      for (const [name, values] of Object.entries({ zero: [0], one: [1] })) g.constant(name, values, [1], 'int32');
      const masks = ['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask'];
      g.node('rows', 'StridedSlice', ['shape', 'zero', 'one', 'one'], {
        ...Object.fromEntries(masks.map((name) => [name, spelled.integer(0)])),
        shrink_axis_mask: spelled.integer(1),
      });
      g.constant('nine', [9], [], 'int32');
      for (const [name, values] of Object.entries({ begin: [0, 0, 0], end: [0, 0, 0], by: [1, 2, 1] })) {
        g.constant(name, values, [3], 'int32');
      }
      g.node('every', 'StridedSlice', ['x', 'begin', 'end', 'by'], {
        begin_mask: spelled.integer(7),
        end_mask: spelled.integer(7),
      });
      g.node('target', 'Pack', ['rows', 'nine'], { N: spelled.integer(2), axis: spelled.integer(0) });
      g.node('inside', 'Reshape', ['every', 'target']);
      weight(g, 'head', 9, 2);
      g.node('y', 'MatMul', ['inside', 'head']);
    }),
    'a node with several outputs': graphOf([6], ['left', 'right', 'y'], (g) => {
      g.constant('axis', [1], [], 'int32');
      g.node('split', 'Split', ['axis', 'x'], { num_split: spelled.integer(3) });
      g.node('left', 'Square', ['split:2']);
      g.node('right', 'Tanh', ['split:1']);
      g.node('product', 'Mul', ['left', 'right']);
      g.node('y', 'Mul', ['product', 'split']);
    }),
    'a node that takes a tensor apart': graphOf([3, 4], ['first', 'y'], (g) => {
      g.node('parts', 'Unpack', ['x'], { num: spelled.integer(3), axis: spelled.integer(1) });
      g.node('first', 'Sin', ['parts']);
      g.node('product', 'Mul', ['first', 'parts:1']);
      g.node('y', 'AddV2', ['product', 'parts:2']);
    }),
    'the largest few': graphOf([6], ['y'], (g) => {
      g.constant('k', [3], [], 'int32');
      g.node('top', 'TopKV2', ['x', 'k'], { sorted: spelled.flag(true) });
      g.node('y', 'Exp', ['top']);
    }),
    'a weight as the first input, and the model’s input as the second': graphOf([4], ['inside', 'y'], (g) => {
      weight(g, 'matrix', 3, 4);
      weight(g, 'slopes', 3);
      g.node('inside', 'MatMul', ['x', 'matrix'], { transpose_b: spelled.flag(true) });
      g.node('y', 'Pow', ['two', 'inside']);
      g.constant('two', [2], []);
    }),
    'a filter that the input makes': graphOf(
      [18],
      ['picture', 'y'],
      (g) => {
        g.constant('filter_shape', [3, 3, 1, 2], [4], 'int32');
        g.constant('axis', [1], [], 'int32');
        g.node('filter', 'Reshape', ['x', 'filter_shape']);
        g.node('squares', 'Square', ['x']);
        g.constant('picture_shape', [1, 6, 3, 1], [4], 'int32');
        g.node('picture', 'Reshape', ['squares', 'picture_shape']);
        g.node('convolved', 'Conv2D', ['picture', 'filter'], { ...window, strides: spelled.integers(1, 1, 1, 1) });
        g.constant('flat', [1, 36], [2], 'int32');
        g.node('y', 'Reshape', ['convolved', 'flat']);
      },
      { rows: 1 },
    ),
  });
});

describe('the inputs and outputs of a graph', () => {
  describeModels({
    'words, looked up in a table of weights': {
      make: async () => {
        seed = 0;
        const g = graph();
        g.input('ids', [-1, 4], 'int32');
        weight(g, 'table', 5, 3);
        g.constant('axis', [0], [], 'int32');
        g.node('embedded', 'GatherV2', ['table', 'ids', 'axis']);
        g.node('deep', 'Tanh', ['embedded']);
        flat(g, 'deep', 12);
        return ofGraph(await g.load({ y: 'y' }));
      },
      inputs: () => tensor2d([1, 2, 0, 0, 3, 0, 4, 1], [2, 4], 'int32'),
      atInputs: false,
      at: [layer('embedded'), layer('deep')],
    },
    'several of each, under names of their own': {
      make: async () => {
        seed = 0;
        const g = graph();
        g.input('serving_image', [-1, 4]);
        g.input('serving_age', [-1, 2]);
        g.constant('axis', [1], [], 'int32');
        g.node('joined', 'ConcatV2', ['serving_image', 'serving_age', 'axis'], { N: spelled.integer(2) });
        weight(g, 'matrix', 6, 4);
        g.node('product', 'MatMul', ['joined', 'matrix']);
        g.node('hidden', 'Sigmoid', ['product']);
        g.node('halves', 'Split', ['axis', 'hidden'], { num_split: spelled.integer(2) });
        const outputs = { scores: 'halves:1', hidden: 'hidden', input: 'serving_age', halves: 'halves' };
        return ofGraph(await g.load(outputs, { inputs: { serving_image: 'image', serving_age: 'age' } }));
      },
      inputs: () => [seeded(1, [2, 4]), seeded(2, [2, 2])],
      at: [layer('joined'), layer('hidden')],
    },
  });
});
