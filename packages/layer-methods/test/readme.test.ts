import { readFile } from 'node:fs/promises';
import { mean, ones, type Tensor } from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute, layer, tap } from '@vitrum/core';
import * as methods from '@vitrum/layer-methods';
import { closeTo } from '@vitrum/testing';
import { expect, test } from 'vitest';
import { evidence } from './example';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
const rowOf = (name: string, readme: string) => readme.match(new RegExp(`^\\| \`${name}\\b.*$`, 'm'))?.[0];

test('the README shows the example, which gives what it says', async () => {
  const example = (await text('./example.ts')).replace(/^export const (\w+): .*? = /gm, 'const $1 = ');
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  await closeTo(
    evidence,
    [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0].map((bright) => bright / 4),
  );
});

test('the README has a row for everything that the package exports', async () => {
  const readme = await text('../README.md');
  for (const name of Object.keys(methods)) expect(rowOf(name, readme), `a row for \`${name}\``).toBeDefined();
});

const { activation, gradCam, guidedGradCam } = methods;
const costs: readonly [AttributionMethod, forward: number, backward: number, inReadme: string][] = [
  [activation(), 1, 0, '1 + 0'],
  [gradCam(), 1, 1, '1 + 1'],
  [guidedGradCam({ layer: 'features' }), 2, 2, '2 + 2'],
];
test.each(costs)('the README says what it costs: $name', async (method, forward, backward, inReadme) => {
  expect(
    rowOf(method.name, await text('../README.md'))
      ?.split('|')
      .at(-2)
      ?.trim(),
  ).toBe(inReadme);
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
