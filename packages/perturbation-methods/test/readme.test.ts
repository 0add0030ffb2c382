import { max, ones, type Tensor } from '@tensorflow/tfjs-core';
import { type AttributionMethod, attribute } from '@vitrum/core';
import * as methods from '@vitrum/perturbation-methods';
import { closeTo } from '@vitrum/testing';
import { readPage } from '@vitrum/testing/internal';
import { expect, test } from 'vitest';
import { sides, squares } from './example';

const readme = await readPage(new URL('../README.md', import.meta.url));

test('the example of the README gives what it says', async () => {
  await closeTo(squares, [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  await closeTo(sides, [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
});

test('the README has a row for everything that the package exports', () => {
  for (const name of Object.keys(methods)) expect(readme.row(name), `a row for \`${name}\``).toBeDefined();
});

const { featureAblation, occlusion } = methods;
const costs: readonly [AttributionMethod, rows: number, inReadme: string][] = [
  [featureAblation(), 5 * 4, 'features + 0'],
  [occlusion({ window: [2, 3, 1], strides: [2, 1, 1] }), 3 * 2, 'windows + 0'],
];
test.each(costs)('the README says what it costs: $name', async (method, rows, inReadme) => {
  expect(readme.lastCell(method.name)).toBe(inReadme);
  const why = await attribute((x: Tensor) => max(x, [1, 2, 3]), ones([1, 5, 4, 1]), { method, target: 0 });
  why.dispose();
  expect(why.cost.backward).toBe(0);
  // And one each for S(x) and S(x′), and one row alone.
  expect(why.cost.forward).toBe(rows + 3);
});
