import {
  conv2d,
  engine,
  matMul,
  mean,
  type NamedTensorMap,
  relu6,
  type Tensor,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core';
import { asIs, attribute, defineMethod, prepare, sum, useBackend } from '@vitrum/core';
import { expect, test } from 'vitest';
import { wasm } from '../src';

const gradient = defineMethod('gradient', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
  const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
  return mean.flat();
});

const waves = (shape: number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((n, m) => n * m, 1) }, (_, i) => Math.sin(i)),
    shape,
  );

/** The kernels that run while `run` does, each with the shape of its first input. */
async function kernelsOf(run: () => Promise<void>): Promise<string[]> {
  // Private in TF.js's types: every kernel passes through it.
  const target = engine() as unknown as {
    runKernelFunc(call: { kernelName: string; inputs: NamedTensorMap }): unknown;
  };
  const original = target.runKernelFunc;
  const names: string[] = [];
  target.runKernelFunc = (call) => {
    names.push(`${call.kernelName} ${Object.values(call.inputs)[0]?.shape}`);
    return original.call(target, call);
  };
  try {
    await run();
  } finally {
    Reflect.deleteProperty(target, 'runKernelFunc');
  }
  return names;
}

test('a call of attribute copies no activation, and derives nothing from the weights that it derived twice before', async () => {
  await useBackend(wasm());
  const [point, square, dense] = [waves([1, 1, 3, 5]) as Tensor4D, waves([3, 3, 5, 4]) as Tensor4D, waves([4, 6])];
  const model = await prepare((x: Tensor) => {
    const two = relu6(conv2d(relu6(conv2d(x as Tensor4D, point, 1, 'same')), square, 1, 'same'));
    return matMul(mean(two, [1, 2]), dense);
  });
  const x = waves([2, 6, 6, 3]);
  const call = () =>
    kernelsOf(async () => {
      const why = await attribute(model, x, { method: gradient(), target: 1, batchSize: 2 });
      why.dispose();
    });
  const [first] = [await call(), await call()];
  const third = await call();
  const transposing = (kernels: string[]) => kernels.filter((kernel) => kernel.startsWith('Transpose'));
  expect(transposing(first).length).toBeGreaterThan(0);
  expect(transposing(third)).toEqual([]);
  for (const activation of ['2,6,6,5', '2,6,6,4']) {
    expect(third).toContain(`Relu6 ${activation}`);
    expect(third).not.toContain(`Identity ${activation}`);
  }
  model.dispose();
});
