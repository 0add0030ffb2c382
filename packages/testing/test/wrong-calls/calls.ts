import * as tf from '@tensorflow/tfjs-core';
import {
  type AttributeOptions,
  type AttributionErrorCode,
  attribute,
  attributeEach,
  type Baseline,
  blurred,
  contrast,
  defineBackend,
  distribution,
  type Features,
  type Inputs,
  layer,
  type ModelLike,
  neuron,
  output,
  outputIndex,
  perExample,
  tap,
  uniform,
  useBackend,
} from '@vitrum/core';
import {
  deepLiftShap,
  gradient,
  gradientShap,
  integratedGradients,
  lrp,
  saliency,
  smoothGrad,
} from '@vitrum/gradient-methods';
import { activation, gradCam } from '@vitrum/layer-methods';
import { featureAblation, occlusion } from '@vitrum/perturbation-methods';

/** A call that cannot be meant. */
export interface WrongCall {
  readonly title: string;
  readonly code: AttributionErrorCode;
  /** What came, as the message must say it. */
  readonly got: RegExp;
  call(tensors: Tensors): Promise<unknown>;
}

/** Tensors that calls use; the test disposes them. */
export interface Tensors {
  /** Two examples of three numbers. */
  readonly x: tf.Tensor;
  /** Any other tensor, made for one call. */
  make(values: number[], shape: number[], dtype?: 'float32' | 'int32' | 'bool'): tf.Tensor;
}

const weights = [1, -2, 0.5, 3, 1, -1];
/** Two classes out of three numbers, with a tap between. */
const model = (x: tf.Tensor): tf.Tensor => tf.matMul(tap('hidden', tf.tanh(x)), tf.tensor2d(weights, [3, 2]));
/** Two outputs. */
const twins = (x: tf.Tensor): tf.Tensor[] => [tf.sum(x, 1, true), model(x)];
const cubes = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(x), [2]);
const sum = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.add(tf.sum(a, 1, true), tf.sum(b, 1, true));

type Options = Omit<AttributeOptions, 'method'> & Partial<Pick<AttributeOptions, 'method'>>;
const explain = (inputs: unknown, options: Options = {}, of: ModelLike = model) =>
  // The point of this page is what types would not let through.
  attribute(of, inputs as Inputs, { method: gradient(), target: 0, ...options });
/** What types do not allow. */
const anything = <T>(value: unknown): T => value as T;
const later = async (make: () => unknown): Promise<unknown> => make();

export const wrongCalls: Readonly<Record<string, readonly WrongCall[]>> = {
  Inputs: [
    { title: 'a number', code: 'inputs', got: /inputs of type number/, call: () => explain(3) },
    { title: 'nothing', code: 'inputs', got: /null as inputs/, call: () => explain(null) },
    { title: 'a path', code: 'inputs', got: /string as input "0"/, call: () => explain(['cat.png']) },
    { title: 'no tensor at all', code: 'inputs', got: /0 input tensor/, call: () => explain([]) },
    { title: 'a scalar', code: 'inputs', got: /a scalar as input "0"/, call: ({ make }) => explain(make([1], [])) },
    {
      title: 'an empty batch',
      code: 'inputs',
      got: /an empty batch/,
      call: ({ make }) => explain(make([], [0, 3])),
    },
    {
      title: 'a disposed tensor',
      code: 'inputs',
      got: /a disposed tensor as input "0"/,
      call({ make }) {
        const gone = make([1, 2, 3], [1, 3]);
        gone.dispose();
        return explain(gone);
      },
    },
    {
      title: 'inputs with different numbers of examples',
      code: 'inputs',
      got: /inputs with 2, 1 examples/,
      call: ({ x, make }) => explain([x, make([1], [1, 1])], {}, sum),
    },
    {
      title: 'integers to a method that takes gradients',
      code: 'inputs',
      got: /a gradient at input "0" of type int32/,
      call: ({ make }) => explain(make([1, 2, 3], [1, 3], 'int32')),
    },
    {
      title: 'NaN among the inputs',
      code: 'not-finite',
      got: /NaN as the score of example 0, with NaN in input "0"/,
      call: ({ make }) => explain(make([1, Number.NaN, 3], [1, 3])),
    },
    {
      title: 'a context that is a number',
      code: 'inputs',
      got: /context of type number/,
      call: ({ x }) => explain(x, { context: anything(3) }),
    },
    {
      title: 'a context with too few rows',
      code: 'inputs',
      got: /inputs with 2, 1 examples/,
      call: ({ x, make }) => explain(x, { context: make([1], [1, 1]) }, sum),
    },
    {
      title: 'one input twice, attributed and as context',
      code: 'inputs',
      got: /"x" among the inputs and in the context/,
      call: ({ x }) => explain({ x }, { context: { x } }),
    },
    {
      title: 'inputs with names and a context without',
      code: 'inputs',
      got: /inputs with names and a context without/,
      call: ({ x }) => explain({ x }, { context: x }),
    },
  ],
  Models: [
    { title: 'no model', code: 'model', got: /null/, call: ({ x }) => explain(x, {}, anything(null)) },
    {
      title: 'a promise of a model',
      code: 'model',
      got: /an? object that is no model/,
      call: ({ x }) => explain(x, {}, anything(Promise.resolve(model))),
    },
    {
      title: 'a function that returns nothing',
      code: 'model',
      got: /undefined/,
      call: ({ x }) =>
        explain(
          x,
          {},
          anything(() => undefined),
        ),
    },
    {
      title: 'a function that returns numbers',
      code: 'model',
      got: /number/,
      call: ({ x }) =>
        explain(
          x,
          {},
          anything(() => [1, 2]),
        ),
    },
    {
      title: 'a model that reads its input while it runs',
      code: 'read-back',
      got: /reads values of its input/,
      call: ({ x }) => explain(x, {}, (x: tf.Tensor) => tf.mul(x, tf.tensor(x.dataSync(), [2, 3]))),
    },
    {
      title: 'the logarithm of a negative number inside the model',
      code: 'not-finite',
      got: /NaN as the score of example 0, first given by/,
      call: ({ make }) => explain(make([-1, 2, 3], [1, 3]), {}, (x: tf.Tensor) => tf.log(x)),
    },
  ],
  Targets: [
    {
      title: 'a class that is not there',
      code: 'target',
      got: /index \[2\] into the output/,
      call: ({ x }) => explain(x, { target: 2 }),
    },
    {
      title: 'a class counted back too far',
      code: 'target',
      got: /index \[-3\]/,
      call: ({ x }) => explain(x, { target: -3 }),
    },
    { title: 'half a class', code: 'target', got: /index \[0.5\]/, call: ({ x }) => explain(x, { target: 0.5 }) },
    {
      title: 'a class by name',
      code: 'target',
      got: /a target that is "cat"/,
      call: ({ x }) => explain(x, { target: anything('cat') }),
    },
    {
      title: 'too few classes for the examples',
      code: 'target',
      got: /perExample with 1 entries for 2 examples/,
      call: ({ x }) => explain(x, { target: perExample([0]) }),
    },
    {
      title: 'an index with too many numbers',
      code: 'target',
      got: /index \[0,1\]/,
      call: ({ x }) => explain(x, { target: outputIndex(0, 1) }),
    },
    {
      title: 'no choice among several outputs',
      code: 'target',
      got: /no choice among the model's 2 outputs/,
      call: ({ x }) => attribute(twins, x, { method: gradient() }),
    },
    {
      title: 'an output that is not there',
      code: 'target',
      got: /output 2 of a model with 2/,
      call: ({ x }) => explain(x, { target: output(2, 0) }, twins),
    },
    {
      title: 'an output by name where there are none',
      code: 'target',
      got: /output "boxes"/,
      call: ({ x }) => explain(x, { target: output('boxes', 0) }, twins),
    },
    {
      title: 'a contrast with a class that is not there',
      code: 'target',
      got: /index \[7\]/,
      call: ({ x }) => explain(x, { target: contrast(0, 7) }),
    },
    {
      title: 'a neuron that is not there',
      code: 'target',
      got: /index \[3\] into the layer "hidden"/,
      call: ({ x }) => explain(x, { target: neuron(layer('hidden'), 3) }),
    },
    {
      title: 'a neuron of a layer that is not there',
      code: 'site',
      got: /layer "hiden"/,
      call: ({ x }) => explain(x, { target: neuron(layer('hiden'), 0) }),
    },
    {
      title: 'a function that gives one score for all examples',
      code: 'target',
      got: /float32 of shape \[\] from the target function/,
      call: ({ x }) => explain(x, { target: ([y]) => tf.sum(y as tf.Tensor) }),
    },
    {
      title: 'a function that gives classes, not scores',
      code: 'target',
      got: /int32 of shape \[1\] from the target function/,
      call: ({ x }) => explain(x, { target: ([y]) => tf.argMax(y as tf.Tensor, 1) }),
    },
    {
      title: 'targets that are no array',
      code: 'option',
      got: /targets of type number/,
      call: ({ x }) => attributeEach(model, x, { method: gradient(), targets: anything(3) }),
    },
  ],
  Sites: [
    {
      title: 'a layer that is not there',
      code: 'site',
      got: /layer "hiden"/,
      call: ({ x }) => explain(x, { at: layer('hiden') }),
    },
    {
      title: 'a call that is not made',
      code: 'site',
      got: /call 1 of layer "hidden"/,
      call: ({ x }) => explain(x, { at: layer('hidden', { call: 1 }) }),
    },
    {
      title: 'a method for layers, without a layer',
      code: 'site',
      got: /gradCam at the inputs/,
      call: ({ x }) => explain(x, { method: gradCam() }),
    },
    {
      title: 'several sites for several targets',
      code: 'option',
      got: /several sites/,
      call: ({ x }) =>
        attributeEach(model, x, { method: gradient(), targets: [0], at: anything([layer('hidden'), layer('hidden')]) }),
    },
  ],
  Baselines: [
    ...(
      [
        ['NaN', /NaN as baseline/, Number.NaN],
        ['blurred() of what has no dims to blur', /blurred\(\) for input "0" of shape \[2,3\]/, blurred({ sigma: 1 })],
        ['a baseline by name where the inputs have none', /a baseline named "x"/, { x: 0 }],
        ['too many baselines', /2 baselines as baseline/, [0, 1]],
        ['a function that gives a number', /number from the function/, anything<Baseline>(() => 3)],
      ] as const
    ).map(
      ([title, got, baseline]): WrongCall => ({
        title,
        code: 'baseline',
        got,
        call: ({ x }) => explain(x, { method: integratedGradients(), baseline }),
      }),
    ),
    {
      title: 'a baseline of another shape',
      code: 'baseline',
      got: /shape \[4\] for input "0"/,
      call: ({ x, make }) => explain(x, { method: integratedGradients(), baseline: make([1, 2, 3, 4], [4]) }),
    },
    {
      title: 'a baseline for a method that uses none',
      code: 'option',
      got: /`baseline` for saliency/,
      call: ({ x }) => explain(x, { method: saliency(), baseline: 0 }),
    },
    {
      title: 'no distribution for a method that needs one',
      code: 'baseline',
      got: /none as baseline/,
      call: ({ x }) => explain(x, { method: gradientShap() }),
    },
    {
      title: 'one baseline for a method that needs a distribution',
      code: 'baseline',
      got: /0 for input "0"/,
      call: ({ x }) => explain(x, { method: deepLiftShap(), baseline: 0 }),
    },
    {
      title: 'a distribution for a method that compares with one baseline',
      code: 'baseline',
      got: /distribution\(\) for input "0"/,
      call: ({ x }) => explain(x, { method: integratedGradients(), baseline: distribution(x) }),
    },
    {
      title: 'a distribution of rows of another shape',
      code: 'baseline',
      got: /a distribution of shape \[1,2\]/,
      call: ({ x, make }) => explain(x, { method: gradientShap(), baseline: distribution(make([1, 2], [1, 2])) }),
    },
    {
      title: 'a blur without width',
      code: 'baseline',
      got: /blurred\(\{ sigma: 0 \}\)/,
      call: () => later(() => blurred({ sigma: 0 })),
    },
    {
      title: 'bounds the wrong way round',
      code: 'baseline',
      got: /uniform\(1, 0\)/,
      call: () => later(() => uniform(1, 0)),
    },
  ],
  Features: [
    ...(
      [
        ['a mask of another shape', /shape \[2\] for "0"/, ({ make }) => make([0, 1], [2], 'int32')],
        ['half a feature', /0.5 in a mask/, ({ make }) => make([0, 0.5, 1], [1, 3])],
        ['a number as mask', /number as features/, () => [3]],
        ['masks for other inputs', /2 masks/, ({ make }) => [make([0], [], 'int32'), make([0], [], 'int32')]],
        ['a mask by name where the inputs have none', /masks named "x"/, ({ make }) => ({ x: make([0], [], 'int32') })],
      ] as readonly (readonly [string, RegExp, (tensors: Tensors) => unknown])[]
    ).map(
      ([title, got, mask]): WrongCall => ({
        title,
        code: 'features',
        got,
        call: (tensors) =>
          explain(tensors.x, { method: featureAblation(), features: anything<Features>(mask(tensors)) }),
      }),
    ),
    {
      title: 'features for a method that uses none',
      code: 'option',
      got: /`features` for gradient/,
      call: ({ x }) => explain(x, { features: x }),
    },
  ],
  Methods: [
    ...(
      [
        ['no steps', /steps 0/, () => integratedGradients({ steps: 0 })],
        [
          'an unknown quadrature',
          /quadrature "simpson"/,
          () => integratedGradients({ quadrature: anything('simpson') }),
        ],
        ['no tolerance', /tolerance 0/, () => integratedGradients({ steps: 'auto', tolerance: 0 })],
        ['no samples', /samples 0/, () => smoothGrad(gradient(), { samples: 0 })],
        ['an unknown composite', /composite|rule/, () => lrp({ composite: anything({ name: 'omega' }) })],
      ] as const
    ).map(([title, got, make]): WrongCall => ({ title, code: 'option', got, call: () => later(make) })),
    {
      title: 'noise for more inputs than there are',
      code: 'option',
      got: /noise/,
      call: ({ x }) => explain(x, { method: smoothGrad(gradient(), { noise: [1, 2] }) }),
    },
    {
      title: 'noise that is negative',
      code: 'option',
      got: /noise/,
      call: ({ x }) => explain(x, { method: smoothGrad(gradient(), { noise: -1 }) }),
    },
    ...(
      [
        ['a window larger than the input', /window \[4,4\]/, { window: 4 }],
        ['a window of negative size', /window \[-1,2\]/, { window: [-1, 2] }],
        ['a window of too few dims', /window \[2\]/, { window: [2] }],
        ['a stride longer than the window', /strides \[3,2\]/, { window: [2, 2], strides: [3, 2] }],
      ] as const
    ).map(
      ([title, got, options]): WrongCall => ({
        title,
        code: 'option',
        got,
        call: ({ make }) => explain(make([1, 2, 3, 4, 5, 6], [1, 2, 3]), { method: occlusion(options) }, cubes),
      }),
    ),
    {
      title: 'a function instead of the method it makes',
      code: 'option',
      got: /no attribution method/,
      call: ({ x }) => explain(x, { method: anything(gradient) }),
    },
    {
      title: 'a target for a method that explains none',
      code: 'option',
      got: /`target` for activation/,
      call: ({ x }) => explain(x, { method: activation(), at: layer('hidden'), target: 0 }),
    },
  ],
  Options: [
    ...(
      [
        ['half a batch', /batchSize 0.5/, { batchSize: 0.5 }],
        ['an empty batch', /batchSize 0/, { batchSize: 0 }],
        ['no memory', /memory 0/, { memory: 0 }],
        ['half a seed', /seed 0.5/, { seed: 0.5 }],
      ] as const
    ).map(
      ([title, got, options]): WrongCall => ({
        title: `${title}, in the options`,
        code: 'option',
        got,
        call: ({ x }) => explain(x, options),
      }),
    ),
    {
      title: 'a backend that does not start',
      code: 'backend',
      got: /"quantum"/,
      call: () => useBackend(defineBackend({ name: 'quantum', open: async () => undefined })),
    },
  ],
};
