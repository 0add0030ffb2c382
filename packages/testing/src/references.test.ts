import { slice } from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute } from '@vitrum/core';
import { beforeAll, describe, test } from 'vitest';
import { methods } from 'vitrum';
import { openBackend } from './backends';
import { closeTo } from './close-to';
import { denseToy, graphToy, type Toy } from './models';
import { scoreOf, slowGradient, slowIntegratedGradients, slowOcclusion, slowShapley } from './references';
import { seeded } from './seeded';

const numbers = (...values: number[]) => Float32Array.from(values);
const at = (x: Float32Array, i: number) => x[i] ?? 0;

describe('the slow references know what follows from their formulas:', () => {
  const linear = (x: Float32Array) => 2 * at(x, 0) - 3 * at(x, 1) + 1;
  const product = (x: Float32Array) => at(x, 0) * at(x, 1);
  const [x, baseline] = [numbers(3, 5), numbers(1, 2)];

  test('the gradient of a linear score is its weights', async () => {
    await closeTo(await slowGradient(linear, x), [2, -3], { relative: 1e-4 });
  });

  test('integrated gradients of a linear score are weight × difference', async () => {
    await closeTo(await slowIntegratedGradients(linear, x, baseline), [4, -9], { relative: 1e-4 });
  });

  test('integrated gradients of a product share the interaction by halves', async () => {
    // ∫ (1 + 2α)·3 dα = 6 and ∫ (2 + 3α)·2 dα = 7, together 15 − 2.
    await closeTo(await slowIntegratedGradients(product, x, baseline), [7, 6], { relative: 1e-4 });
  });

  test('Shapley values of a product are the mean over both orders', async () => {
    // Order 0, 1: 6 − 2 = 4, then 15 − 6 = 9. Order 1, 0: 5 − 2 = 3, then 15 − 5 = 10.
    await closeTo(await slowShapley(product, x, baseline, [0, 1]), [7, 6]);
  });

  test('elements of one feature share its Shapley value', async () => {
    await closeTo(await slowShapley(product, x, baseline, [0, 0]), [13, 13]);
  });

  test('occlusion takes the mean over the windows that cover an element, the last clipped', async () => {
    const weighted = (row: Float32Array) => at(row, 0) + 10 * at(row, 1) + 100 * at(row, 2);
    const windows = { shape: [3], window: [2], strides: [2] };
    await closeTo(await slowOcclusion(weighted, numbers(1, 1, 1), numbers(0, 0, 0), windows), [11, 11, 100]);
    const overlapping = { ...windows, strides: [1] };
    await closeTo(await slowOcclusion(weighted, numbers(1, 1, 1), numbers(0, 0, 0), overlapping), [11, 60.5, 110]);
  });
});

const method = (name: string, options?: object): AttributionMethod => {
  const make = methods[name];
  if (!make) throw new Error(`no method is registered as ${name}`);
  return make(options);
};

describe.each([
  ['layers', denseToy],
  ['graph', graphToy],
] as const)('on the toy of %s the library agrees with the slow references:', (_, make) => {
  const target = 2;
  beforeAll(() => openBackend('cpu'));

  /** A toy, and a function that takes each example through both ways. */
  async function compareOn(
    method: AttributionMethod,
    slow: (toy: Toy, x: Float32Array) => Promise<Float64Array>,
    relative: number,
  ) {
    const toy = make();
    const inputs = seeded(11, [2, ...toy.inputShape]);
    const uses = method.uses.includes('baseline');
    const why = await attribute(toy.model, inputs, { method, target, ...(uses && { baseline: 0.25 }) });
    for (const row of [0, 1]) {
      const x = Float32Array.from(await slice(inputs, [row], [1]).data());
      const fast = await slice(why.values, [row], [1]).data();
      await closeTo(fast, await slow(toy, x), { relative });
    }
    why.dispose();
    toy.dispose();
  }

  test('the gradient', async () => {
    await compareOn(method('gradient'), (toy, x) => slowGradient(scoreOf(toy, target), x, 1e-3), 2e-3);
  });

  test('integrated gradients', async () => {
    const slow = (toy: Toy, x: Float32Array) =>
      // So small a step that none of these differences reaches over a kink.
      slowIntegratedGradients(scoreOf(toy, target), x, new Float32Array(x.length).fill(0.25), 20, 1e-3);
    await compareOn(method('integratedGradients', { steps: 20, quadrature: 'middle' }), slow, 2e-2);
  });

  test('occlusion', async () => {
    const [window, strides] =
      make === denseToy
        ? [[2], [2]]
        : [
            [2, 3, 1],
            [2, 1, 1],
          ];
    const slow = (toy: Toy, x: Float32Array) =>
      slowOcclusion(scoreOf(toy, target), x, new Float32Array(x.length).fill(0.25), {
        shape: toy.inputShape,
        window,
        strides,
      });
    await compareOn(method('occlusion', { window, strides }), slow, 1e-5);
  });
});
