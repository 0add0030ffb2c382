import { engine, type NamedAttrMap, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { closeTo, onEachBackend, openBackend } from '@vitrum/testing';
import { excepted, gradientCases, type Values } from '@vitrum/testing/internal';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { native } from '../native';

type Inputs = Readonly<Record<string, Values>>;

/** What a kernel gives on the backend in use. */
async function answer(kernel: string, inputs: Inputs, attrs: NamedAttrMap) {
  const y = tidy(() => {
    const given = Object.entries(inputs).map(([name, { data, shape, dtype }]) => [name, tensor(data, shape, dtype)]);
    return engine().runKernel<Tensor>(kernel, Object.fromEntries(given), attrs);
  });
  const values = { shape: y.shape, values: Float32Array.from(await y.data()) };
  y.dispose();
  return values;
}

/** How often TensorFlow was called for it, one operation by one or a graph. */
async function calls(kernel: string, inputs: Inputs, attrs: NamedAttrMap): Promise<{ single: number; graph: number }> {
  const single = vi.spyOn(native(), 'executeMultipleOutputs');
  // The way on which tfjs-node's own kernels run operations.
  const alone = vi.spyOn(native() as unknown as { executeSingleOutput(): Tensor }, 'executeSingleOutput');
  const graph = vi.spyOn(native(), 'runSavedModel');
  try {
    await answer(kernel, inputs, attrs);
    return { single: single.mock.calls.length + alone.mock.calls.length, graph: graph.mock.calls.length };
  } finally {
    for (const spy of [single, alone, graph]) spy.mockRestore();
  }
}

const kernels = ['FusedConv2D', 'FusedDepthwiseConv2D', '_FusedMatMul'];
const casesOf = (kernel: string) =>
  (gradientCases[kernel] ?? [])
    .filter((example) => excepted(kernel, example, 'node') === undefined)
    .map(({ inputs, attrs = {} }) => ({ inputs: inputs as Inputs, attrs })); // named, in these kernels

const suite = () => {
  describe.each(kernels)('%s', (kernel) => {
    test('gives what it gives in plain JavaScript, for every padding, stride, dilation and activation', async () => {
      const explicit = [
        [0, 0],
        [2, 1],
        [0, 2],
        [0, 0],
      ];
      const cases = casesOf(kernel).flatMap(({ inputs, attrs }) =>
        kernel === '_FusedMatMul'
          ? [{ inputs, attrs }]
          : [
              { inputs, attrs },
              { inputs, attrs: { ...attrs, pad: explicit } },
            ],
      );
      expect(cases.length).toBeGreaterThan(10);
      await openBackend('cpu');
      const expected = [];
      for (const { inputs, attrs } of cases) expected.push(await answer(kernel, inputs, attrs));
      await openBackend('node');
      for (const [i, { inputs, attrs }] of cases.entries()) {
        await closeTo(await answer(kernel, inputs, attrs), expected[i] ?? []);
      }
    });

    test('is one run of TensorFlow with a bias and an activation that it knows', async () => {
      for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu']) {
        const { inputs, attrs } = casesOf(kernel).find(({ attrs }) => attrs.activation === activation) ?? {};
        expect(inputs).toHaveProperty('bias');
        await calls(kernel, inputs ?? {}, attrs ?? {}); // loads the graph
        expect(await calls(kernel, inputs ?? {}, attrs ?? {})).toEqual({ single: 0, graph: 1 });
      }
    });
  });

  test('slopes, numbers as padding and a missing bias stay with the kernels of tfjs-node', async () => {
    const { inputs, attrs } = casesOf('FusedConv2D').find(({ attrs }) => attrs.activation === 'prelu') ?? {};
    expect((await calls('FusedConv2D', inputs ?? {}, attrs ?? {})).graph).toBe(0);
    const { bias: _, preluActivationWeights, ...plain } = inputs ?? {};
    expect((await calls('FusedConv2D', plain, { ...attrs, activation: 'linear' })).graph).toBe(0);
    const numbered = answer('FusedConv2D', plain, { ...attrs, activation: 'relu', pad: 1, dimRoundingMode: 'floor' });
    await expect(numbered).rejects.toThrow(/padding was NUMBER/);
  });

  test('a graph that TensorFlow cannot load leaves the work to the kernels of tfjs-node', async () => {
    const [{ inputs, attrs } = { inputs: {}, attrs: {} }] = casesOf('FusedConv2D');
    const unseen = { ...attrs, strides: [3, 4], activation: 'relu' };
    const load = vi.spyOn(native(), 'loadSavedModelMetaGraph').mockImplementation(() => {
      throw new Error('no such file system');
    });
    const got = await answer('FusedConv2D', inputs, unseen);
    expect(load).toHaveBeenCalledOnce();
    load.mockRestore();
    await openBackend('cpu');
    await closeTo(got, await answer('FusedConv2D', inputs, unseen));
    await openBackend('node');
  });
};

onEachBackend('a fused kernel on %s', () => {
  beforeAll(() => openBackend('node'));
  suite();
}, ['node']);
