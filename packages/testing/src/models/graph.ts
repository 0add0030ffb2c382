import { loadGraphModelSync } from '@tensorflow/tfjs-converter';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import { layer } from '@vitrum/core';
import { seededNumbers } from '../seeded';
import { classes, type Toy } from './toy';

type Attribute = Record<string, unknown>;

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Record<string, Attribute>;
}

const float = { type: 'DT_FLOAT' };
const dims = (...sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } });
const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
const list = (...values: number[]) => ({ list: { i: values.map(String) } });

const weights: Record<string, number[]> = { kernel: [3, 3, 2, 3], bias: [3], matrix: [3, classes] };

const nodes: Node[] = [
  { name: 'image', op: 'Placeholder', attr: { dtype: float, shape: dims(-1, 4, 4, 2) } },
  ...Object.keys(weights).map((name) => ({ name, op: 'Const', attr: { dtype: float } })),
  { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
  {
    name: 'convolution',
    op: 'Conv2D',
    input: ['image', 'kernel'],
    attr: {
      T: float,
      padding: text('SAME'),
      dataFormat: text('NHWC'),
      strides: list(1, 1, 1, 1),
      dilations: list(1, 1, 1, 1),
    },
  },
  { name: 'biased', op: 'BiasAdd', input: ['convolution', 'bias'], attr: { T: float, dataFormat: text('NHWC') } },
  { name: 'hidden', op: 'Relu', input: ['biased'], attr: { T: float } },
  { name: 'pooled', op: 'Mean', input: ['hidden', 'axes'], attr: { T: float, keepDims: { b: false } } },
  {
    name: 'logits',
    op: 'MatMul',
    input: ['pooled', 'matrix'],
    attr: { T: float, transposeA: { b: false }, transposeB: { b: false } },
  },
];

/** Conv2D, BiasAdd, Relu, Mean, MatMul as a converted SavedModel holds them. */
export function graphToy(): Toy {
  const model = loadGraphModelSync(artifacts());
  return {
    name: 'a GraphModel',
    model,
    inputShape: [4, 4, 2],
    hidden: {
      site: layer('hidden'),
      shape: [4, 4, 3],
      index: [1, 1, 1],
      values: (inputs) => model.execute(inputs, 'hidden') as Tensor, // one name, one tensor
    },
    predict: (inputs) => model.predict(inputs) as Tensor, // it has one output
    dispose: () => model.dispose(),
  };
}

function artifacts(): io.ModelArtifacts {
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const numbers = Object.values(weights).flatMap((shape, i) => [...seededNumbers(200 + i, size(shape))]);
  const bytes = new Uint8Array(4 * numbers.length + 8);
  bytes.set(new Uint8Array(Float32Array.from(numbers).buffer));
  bytes.set(new Uint8Array(Int32Array.of(1, 2).buffer), 4 * numbers.length);
  return {
    format: 'graph-model',
    modelTopology: { node: nodes, versions: { producer: 1 } },
    signature: {
      inputs: { image: { name: 'image:0', dtype: 'DT_FLOAT', tensorShape: dims(-1, 4, 4, 2).shape } },
      outputs: { logits: { name: 'logits:0', dtype: 'DT_FLOAT' } },
    },
    weightSpecs: [
      ...Object.entries(weights).map(([name, shape]) => ({ name, shape, dtype: 'float32' as const })),
      { name: 'axes', shape: [2], dtype: 'int32' },
    ],
    weightData: bytes.buffer,
  };
}
