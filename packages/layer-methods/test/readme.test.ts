import { mean, ones, type Tensor } from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute, layer, tap } from '@vitrum/core';
import * as methods from '@vitrum/layer-methods';
import { closeTo } from '@vitrum/testing';
import { readPage } from '@vitrum/testing/internal';
import { expect, test } from 'vitest';
import { evidence } from './example';

const readme = await readPage(new URL('../README.md', import.meta.url));

test('the example of the README gives what it says', async () => {
  await closeTo(
    evidence,
    [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0].map((bright) => bright / 4),
  );
});

test('the README has a row for everything that the package exports', () => {
  for (const name of Object.keys(methods)) expect(readme.row(name), `a row for \`${name}\``).toBeDefined();
});

const { activation, gradCam, guidedGradCam } = methods;
const costs: readonly [AttributionMethod, forward: number, backward: number, inReadme: string][] = [
  [activation(), 1, 0, '1 + 0'],
  [gradCam(), 1, 1, '1 + 1'],
  [guidedGradCam({ layer: 'features' }), 2, 2, '2 + 2'],
];
test.each(costs)('the README says what it costs: $name', async (method, forward, backward, inReadme) => {
  expect(readme.lastCell(method.name)).toBe(inReadme);
  const model = (x: Tensor) => mean(tap('features', x), [1, 2]);
  const why = await attribute(model, ones([1, 2, 2, 3]), {
    method,
    ...(method.layerOnly && { at: layer('features') }),
  });
  why.dispose();
  expect(why.cost.backward).toBe(backward);
  // And one to find the layer; one for the predicted class, which shows S(x) as well.
  expect(why.cost.forward).toBe(forward + (method.targetless ? 1 : 2));
});
