import {
  type AvgPoolAttrs,
  type AvgPoolInputs,
  type Conv2DAttrs,
  type Conv2DInputs,
  type CumprodAttrs,
  type CumprodInputs,
  type CumsumAttrs,
  type CumsumInputs,
  conv2dTranspose,
  cumsum,
  div,
  engine,
  type FFTInputs,
  fft,
  type GatherV2Inputs,
  type MirrorPadAttrs,
  type MirrorPadInputs,
  mul,
  type NegInputs,
  type ResizeBilinearAttrs,
  type ResizeBilinearInputs,
  reshape,
  reverse,
  type SoftmaxInputs,
  slice,
  type Tensor4D,
  type TransposeAttrs,
  type TransposeInputs,
  tensorScatterUpdate,
  transpose,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { type GradientTable, rule } from '@vitrum/core';
import { gradients } from '@vitrum/core/gradients';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../backends';
import { gradientCases } from '../gradient-cases';
import { drawnCases } from '../gradient-cases/drawn';
import { checkKernel } from './check-kernel';
import { compare, drawSeeds, errorOf, slopesOf } from './differences';
import { excepted, pullBack } from './kernel-case';

beforeAll(() => openBackend('cpu'));

const wrong: Readonly<Record<string, GradientTable>> = {
  'divides by the whole window where some of it is padding': {
    AvgPool: rule<AvgPoolInputs, AvgPoolAttrs>(({ inputs: { x }, attrs, dy }) => ({
      x: () => engine().runKernel('AvgPoolGrad', { dy, input: x }, { ...attrs }),
    })),
  },
  'forgets what was mirrored': {
    MirrorPad: rule<MirrorPadInputs, MirrorPadAttrs>(({ inputs: { x }, attrs: { paddings }, dy }) => ({
      x: () =>
        slice(
          dy,
          paddings.map(([before]) => before),
          x.shape,
        ),
    })),
  },
  'has the wrong sign': { Neg: rule<NegInputs>(({ dy }) => ({ x: () => dy })) },
  'turns axes the same way again': {
    Transpose: rule<TransposeInputs, TransposeAttrs>(({ inputs: { x }, attrs: { perm }, dy }) => ({
      x: () => reshape(transpose(dy, perm), x.shape),
    })),
  },
  'sums from the wrong end': {
    Cumsum: rule<CumsumInputs, CumsumAttrs>(({ attrs: { axis, exclusive, reverse }, dy }) => ({
      x: () => cumsum(dy, axis, exclusive, reverse),
    })),
  },
  'divides by a factor that may be 0': {
    Cumprod: rule<CumprodInputs, CumprodAttrs>(({ inputs: { x }, attrs: { axis, exclusive, reverse }, y, dy }) => ({
      x: () => div(cumsum(mul(dy, y), axis, exclusive, !reverse), x),
    })),
  },
  'knows nothing of half pixels': {
    ResizeBilinear: rule<ResizeBilinearInputs, ResizeBilinearAttrs>(({ inputs: { images }, attrs, dy }) => ({
      images: () => engine().runKernel('ResizeBilinearGrad', { dy, images }, { ...attrs }),
    })),
  },
  'turns the filter round': {
    Conv2D: rule<Conv2DInputs, Conv2DAttrs>(({ inputs: { x, filter }, attrs, dy }) => ({
      // Ranks that the kernel takes.
      x: () =>
        conv2dTranspose(
          dy as Tensor4D,
          reverse(filter, [0, 1]) as Tensor4D,
          x.shape as [number, number, number, number],
          attrs.strides,
          attrs.pad as 'same',
        ),
    })),
  },
  'lets the last of equal indices take all': {
    GatherV2: rule<GatherV2Inputs>(({ inputs: { x, indices }, dy }) => ({
      x: () => tensorScatterUpdate(zerosLike(x), reshape(indices, [...indices.shape, 1]), dy),
    })),
  },
  'takes every output for independent of the other inputs': {
    Softmax: rule<SoftmaxInputs>(({ y, dy }) => ({ logits: () => mul(dy, y) })),
  },
  'takes no conjugate': { FFT: rule<FFTInputs>(({ dy }) => ({ input: () => fft(dy) })) },
};

describe('the comparison with finite differences fails for a rule that', () => {
  for (const [sentence, table] of Object.entries(wrong)) {
    const [kernel = ''] = Object.keys(table);
    test(`${sentence} (${kernel})`, async () => {
      const cases = { fixed: gradientCases, drawn: {} };
      expect((await checkKernel(kernel, 'cpu', table, cases)).problems.length).toBeGreaterThan(0);
      expect((await checkKernel(kernel, 'cpu', gradients, cases)).problems).toEqual([]);
    });
  }

  test('is wrong in the drawn cases alone, and says how to draw it again', async () => {
    const cases = { fixed: {}, drawn: drawnCases };
    const { problems } = await checkKernel('Neg', 'cpu', wrong['has the wrong sign'] ?? {}, cases);
    expect(problems).toEqual([expect.stringMatching(/^drawn \(seed 1, path [\d:]+\): x\[1?\] \{\}: to x /)]);
  });

  test('throws, or gives a signal of another shape', async () => {
    const cases = { fixed: { Neg: (gradientCases.Neg ?? []).slice(0, 1) }, drawn: {} };
    const problemsOf = async (x: Parameters<typeof rule<NegInputs>>[0]) =>
      (await checkKernel('Neg', 'cpu', { Neg: rule<NegInputs>(x) }, cases)).problems;
    const thrown = await problemsOf(() => {
      throw new Error('not today');
    });
    expect(thrown).toEqual(['x[7] {}: not today']);
    expect(await problemsOf(({ dy }) => ({ x: () => reshape(dy, [1, 7]) }))).toEqual([
      'x[7] {}: the rule of Neg gives [1,7] for "x" of shape [7]',
    ]);
    expect(await problemsOf(() => ({}))).toEqual(['x[7] {}: nothing was differentiated']);
  });
});

type Change = (gradient: Float32Array) => Float32Array;

/** What can go wrong with any rule. */
const changes: Readonly<Record<string, Change>> = {
  'is a hundredth too large': (gradient) => gradient.map((g) => g * 1.01),
  'is a little off everywhere': (gradient) => gradient.map((g) => g + 0.01),
  'lacks its largest entry': (gradient) => {
    const largest = gradient.reduce((best, g, i) => (Math.abs(g) > Math.abs(gradient[best] ?? 0) ? i : best), 0);
    return gradient.map((g, i) => (i === largest ? 0 : g));
  },
  'has its entries one place further': (gradient) => gradient.map((_, i) => gradient.at(i - 1) ?? 0),
};

/** A change that leaves a gradient as it is proves nothing. */
const alters = (gradient: Float32Array, changed: Float32Array): boolean =>
  gradient.some((g, i) => Math.abs(g - (changed[i] ?? 0)) > 5e-3 * Math.abs(g) + 1e-6);

describe('for every kernel the comparison finds a gradient that', () => {
  const found = new Map(Object.keys(changes).map((change) => [change, new Map<string, boolean>()]));

  beforeAll(async () => {
    await openBackend('cpu');
    for (const [kernel, cases] of Object.entries(gradientCases)) {
      for (const example of cases.filter((example) => excepted(kernel, example, 'cpu') === undefined).slice(0, 3)) {
        const seeds = await drawSeeds(kernel, example);
        const signals = await pullBack(kernel, example, seeds, gradients);
        const slopes = await slopesOf(kernel, example, seeds, [...signals.keys()]);
        for (const [name, change] of Object.entries(changes)) {
          for (const [input, gradient] of signals) {
            const changed = change(gradient);
            if (!alters(gradient, changed)) continue;
            const caught = compare(example, new Map([[input, changed]]), slopes).some((check) => errorOf(check) > 1);
            const before = found.get(name)?.get(kernel) ?? false;
            found.get(name)?.set(kernel, before || caught);
          }
        }
      }
    }
  }, 120_000);

  test.for(Object.keys(changes))('%s', (change) => {
    const outcome = [...(found.get(change) ?? [])];
    expect(outcome.length).toBeGreaterThan(100);
    expect(outcome.filter(([, caught]) => !caught).map(([kernel]) => kernel)).toEqual([]);
  });
});
