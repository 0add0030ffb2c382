import { ones, prod, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute, distribution } from '@vitrum/core';
import * as methods from '@vitrum/gradient-methods';
import { closeTo } from '@vitrum/testing';
import { readPage } from '@vitrum/testing/internal';
import { expect, test } from 'vitest';
import { shares, slopes } from './example';

const readme = await readPage(new URL('../README.md', import.meta.url));

test('the example of the README gives what it says', async () => {
  await closeTo(slopes, [3, 2]);
  await closeTo(shares, [3, 3]);
});

test('the README has a row for everything that the package exports', () => {
  for (const name of Object.keys(methods)) expect(readme.row(name), `a row for \`${name}\``).toBeDefined();
});

const { backpropagation, deconvolution, deepLift, deepLiftShap, gradient, gradientShap, guidedBackprop } = methods;
const { inputXGradient, integratedGradients, lrp, saliency, smoothGrad, smoothGradSquared, varGrad } = methods;
const [steps, samples, baselines] = [7, 4, 3];
const costs: readonly [AttributionMethod, forward: number, backward: number, inReadme: string][] = [
  [saliency(), 1, 1, '1 + 1'],
  [gradient(), 1, 1, '1 + 1'],
  [inputXGradient(), 1, 1, '1 + 1'],
  [integratedGradients({ steps }), steps, steps, '`steps` + `steps`'],
  [deepLift(), 2, 1, '2 + 1'],
  [deepLiftShap(), 2 * baselines, baselines, '2 + 1, for each baseline'],
  [gradientShap({ samples }), samples, samples, '`samples` + `samples`'],
  [guidedBackprop(), 1, 1, '1 + 1'],
  [deconvolution(), 1, 1, '1 + 1'],
  [lrp(), 1, 1, '1 + 1'],
  [smoothGrad(gradient(), { samples }), samples, samples, "`samples` × the method's"],
  [smoothGradSquared(gradient(), { samples }), samples, samples, "`samples` × the method's"],
  [varGrad(integratedGradients({ steps }), { samples }), samples * steps, samples * steps, "`samples` × the method's"],
  [backpropagation({ rules: { seed: 'one', unfuse: false, rule: () => undefined } }), 1, 1, '1 + 1'],
];
test.each(costs)('the README says what it costs: $name', async (method, forward, backward, inReadme) => {
  expect(readme.lastCell(method.name)).toBe(inReadme);
  const baseline = distribution(ones([baselines, 2]));
  const model = (x: Tensor2D) => prod(x, 1, true);
  const options = { method, target: 0, ...(method.distribution && { baseline }) };
  const why = await attribute(model, tensor2d([[2, 3]]), options);
  why.dispose();
  expect(why.cost.backward).toBe(backward);
  // One each for S(x) and S(x′), where no pass of the method has shown it, and one row alone, where several ran together.
  expect(why.cost.forward).toBeGreaterThanOrEqual(forward);
  expect(why.cost.forward).toBeLessThanOrEqual(forward + 3);
});
