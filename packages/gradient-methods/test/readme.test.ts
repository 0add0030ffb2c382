import { readFile } from 'node:fs/promises';
import { prod, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute } from '@vitrum/core';
import * as methods from '@vitrum/gradient-methods';
import { closeTo } from '@vitrum/testing';
import { expect, test } from 'vitest';
import { shares, slopes } from './example';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
const rowOf = (name: string, readme: string) => readme.match(new RegExp(`^\\| \`${name}\\b.*$`, 'm'))?.[0];

test('the README shows the example, which gives what it says', async () => {
  const example = (await text('./example.ts')).replace(/^export const (\w+): .*? = /gm, 'const $1 = ');
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  await closeTo(slopes, [3, 2]);
  await closeTo(shares, [3, 3]);
});

test('the README has a row for everything that the package exports', async () => {
  const readme = await text('../README.md');
  for (const name of Object.keys(methods)) expect(rowOf(name, readme), `a row for \`${name}\``).toBeDefined();
});

const { backpropagation, deconvolution, gradient, guidedBackprop, inputXGradient, integratedGradients, lrp, saliency } =
  methods;
const steps = 7;
const costs: readonly [AttributionMethod, rows: number, inReadme: string][] = [
  [saliency(), 1, '1 + 1'],
  [gradient(), 1, '1 + 1'],
  [inputXGradient(), 1, '1 + 1'],
  [integratedGradients({ steps }), steps, '`steps` + `steps`'],
  [guidedBackprop(), 1, '1 + 1'],
  [deconvolution(), 1, '1 + 1'],
  [lrp(), 1, '1 + 1'],
  [backpropagation({ rules: { seed: 'one', unfuse: false, rule: () => undefined } }), 1, '1 + 1'],
];
test.each(costs)('the README says what it costs: $name', async (method, rows, inReadme) => {
  expect(
    rowOf(method.name, await text('../README.md'))
      ?.split('|')
      .at(-2)
      ?.trim(),
  ).toBe(inReadme);
  const why = await attribute((x: Tensor2D) => prod(x, 1, true), tensor2d([[2, 3]]), { method, target: 0 });
  why.dispose();
  expect(why.cost.backward).toBe(rows);
  // And one each for S(x) and S(x′), where no pass of the method has shown it, and one row alone, where several ran together.
  expect(why.cost.forward).toBe(rows + (method.uses.includes('baseline') ? 2 : 0) + (rows > 1 ? 1 : 0));
});
