import * as tf from '@tensorflow/tfjs-core';
import {
  attribute,
  attributeEach,
  contrast,
  layer,
  neuron,
  output,
  outputIndex,
  perExample,
  type Site,
} from '@vitrum/core';
import { gradient } from '@vitrum/gradient-methods';
import { gradCam } from '@vitrum/layer-methods';
import { anything, explain, model, sum, twins, type WrongCall } from './call';

/** About what is explained, and where. */
export const wrongQuestions: Readonly<Record<string, readonly WrongCall[]>> = {
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
      title: 'a neuron for each example, without perExample',
      code: 'target',
      got: /a neuron of index \[\[2\]\]/,
      call: ({ x }) => explain(x, { target: neuron(layer('hidden'), [[2]] as unknown as number[]) }),
    },
    {
      title: 'neurons for fewer examples than there are',
      code: 'target',
      got: /perExample with 1 entries for 2 examples/,
      call: ({ x }) => explain(x, { target: neuron(layer('hidden'), perExample([2])) }),
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
        attributeEach(model, x, {
          method: gradient(),
          targets: [0],
          at: anything<Site>([layer('hidden'), layer('hidden')]),
        }),
    },
  ],
};
