import {
  type Baseline,
  blurred,
  defineBackend,
  distribution,
  type Features,
  layer,
  prepare,
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
import { activation } from '@vitrum/layer-methods';
import { featureAblation, occlusion } from '@vitrum/perturbation-methods';
import { anything, cubes, explain, later, model, type Tensors, type WrongCall } from './call';

/** About how it is explained, and against what. */
export const wrongWays: Readonly<Record<string, readonly WrongCall[]>> = {
  Baselines: [
    ...(
      [
        ['NaN', /NaN as baseline/, Number.NaN],
        ['blurred() of what has no dims to blur', /blurred\(\) for input "0" of shape \[2,3\]/, blurred({ sigma: 1 })],
        ['a baseline by name where the inputs have none', /baselines named "x"/, { x: 0 }],
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
      got: /shape \[4\] for "0"/,
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
    ...(
      [
        [
          'workers, without the package',
          /workers, and nobody who starts them/,
          { count: 2, load: new URL('file:///w.js') },
        ],
        ['no workers at all', /workers with count 0/, { count: 0, load: new URL('file:///w.js') }],
        ['the name of what workers run', /workers with load of type string/, { count: 2, load: anything<URL>('w.js') }],
      ] as const
    ).map(
      ([title, got, workers]): WrongCall => ({
        title,
        code: 'option',
        got,
        call: () => prepare(model, { workers }),
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
