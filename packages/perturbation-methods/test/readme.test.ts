import { readFile } from 'node:fs/promises';
import { max, ones, type Tensor } from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute } from '@vitrum/core';
import * as methods from '@vitrum/perturbation-methods';
import { closeTo } from '@vitrum/testing';
import { expect, test } from 'vitest';
import { sides, squares } from './example';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
const rowOf = (name: string, readme: string) => readme.match(new RegExp(`^\\| \`${name}\\b.*$`, 'm'))?.[0];

test('the README shows the example, which gives what it says', async () => {
  const example = (await text('./example.ts')).replace(/^export const (\w+): .*? = /gm, 'const $1 = ');
  expect(await text('../README.md')).toContain(`\`\`\`ts\n${example}\`\`\``);
  await closeTo(squares, [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  await closeTo(sides, [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
});

test('the README has a row for everything that the package exports', async () => {
  const readme = await text('../README.md');
  for (const name of Object.keys(methods)) expect(rowOf(name, readme), `a row for \`${name}\``).toBeDefined();
});

const { featureAblation, occlusion } = methods;
const costs: readonly [AttributionMethod, rows: number, inReadme: string][] = [
  [featureAblation(), 5 * 4, 'features + 0'],
  [occlusion({ window: [2, 3, 1], strides: [2, 1, 1] }), 3 * 2, 'windows + 0'],
];
test.each(costs)('the README says what it costs: $name', async (method, rows, inReadme) => {
  expect(
    rowOf(method.name, await text('../README.md'))
      ?.split('|')
      .at(-2)
      ?.trim(),
  ).toBe(inReadme);
  const why = await attribute((x: Tensor) => max(x, [1, 2, 3]), ones([1, 5, 4, 1]), { method, target: 0 });
  why.dispose();
  expect(why.cost.backward).toBe(0);
  // And one each for S(x) and S(x′), and one row alone.
  expect(why.cost.forward).toBe(rows + 3);
});
